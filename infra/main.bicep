targetScope = 'subscription'

@minLength(1)
@maxLength(40)
@description('Names the environment, and by a hash of it every resource.')
param environmentName string

@description('The region of everything. It must have Flex Consumption: az functionapp list-flexconsumption-locations.')
param location string

@allowed(['dev', 'prod'])
@description('Which file of infra/parameters says how large everything is.')
param size string = 'dev'

@description('The OpenID Connect issuer whose tokens are taken, e.g. https://NAME.ciamlogin.com/TENANT/v2.0 of a Microsoft Entra External ID tenant.')
param authIssuer string

@description('The client id of the API\'s app registration there; tokens must be made out to it.')
param authClientId string

@description('The claim whose value is a user\'s id in the API. The object id is the same for every app of the tenant, so the platform that reports profiles knows it too.')
param userIdClaim string = 'http://schemas.microsoft.com/identity/claims/objectidentifier'

@description('Who is told of alerts. Empty: they stand in the portal only.')
param alertEmail string = ''

@description('Whether Azure AI Content Safety looks at new texts and covers before a person does. The region must have it.')
param contentSafety bool = false

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var sizes = {
  dev: loadJsonContent('parameters/dev.json')
  prod: loadJsonContent('parameters/prod.json')
}
var chosen = sizes[size]

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'br/public:avm/res/managed-identity/user-assigned-identity:0.6.0' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    retentionDays: chosen.logRetentionDays
    dailyGb: chosen.logDailyGb
  }
}

module documents 'app/documents.bicep' = {
  name: 'documents'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    maxThroughput: chosen.cosmosMaxThroughput
    zoneRedundant: chosen.cosmosZoneRedundant
    backupTier: chosen.cosmosBackupTier
  }
}

module queues 'app/queues.bicep' = {
  name: 'queues'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    sku: chosen.serviceBusSku
    capacity: chosen.serviceBusCapacity
  }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    sku: chosen.storageSku
  }
}

module secrets 'app/secrets.bicep' = {
  name: 'secrets'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    purgeProtection: chosen.purgeProtection
  }
}

module safety 'app/contentsafety.bicep' = if (contentSafety) {
  name: 'content-safety'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    cosmosName: documents.outputs.name
    databaseName: documents.outputs.databaseName
    serviceBusName: queues.outputs.name
    queueNames: queues.outputs.queueNames
    mediaStorageName: storage.outputs.mediaName
    hostStorageName: storage.outputs.hostName
    vaultName: secrets.outputs.name
    insightsName: monitoring.outputs.insightsName
    contentSafetyName: contentSafety ? safety!.outputs.name : ''
  }
}

module api 'app/api.bicep' = {
  name: 'api'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    identityId: identity.outputs.resourceId
    identityClientId: identity.outputs.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    cosmosEndpoint: documents.outputs.endpoint
    databaseName: documents.outputs.databaseName
    containerName: documents.outputs.containerName
    serviceBusHost: queues.outputs.host
    mediaBlobEndpoint: storage.outputs.mediaBlobEndpoint
    mediaQueueEndpoint: storage.outputs.mediaQueueEndpoint
    hostStorageName: storage.outputs.hostName
    hostBlobEndpoint: storage.outputs.hostBlobEndpoint
    packageContainer: storage.outputs.packageContainer
    vaultName: secrets.outputs.name
    contentSafetyEndpoint: contentSafety ? safety!.outputs.endpoint : ''
    authIssuer: authIssuer
    authClientId: authClientId
    userIdClaim: userIdClaim
    instanceMemoryMB: chosen.instanceMemoryMB
    maximumInstances: chosen.maximumInstances
    alwaysReadyHttp: chosen.alwaysReadyHttp
  }
  // An app that starts before its rights are there fails its first minutes.
  dependsOn: [roles]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    serviceBusId: queues.outputs.resourceId
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = api.outputs.name
output SERVICE_API_URL string = api.outputs.url
output UPLOADS_SYSTEM_TOPIC string = storage.outputs.systemTopicName
output UPLOADS_CONTAINER string = storage.outputs.uploadsContainer
output STRIPE_VAULT string = secrets.outputs.name
