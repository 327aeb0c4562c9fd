param token string
param location string
param tags object
param identityId string
param identityClientId string
param insightsConnectionString string
param cosmosEndpoint string
param databaseName string
param containerName string
param serviceBusHost string
param mediaBlobEndpoint string
param mediaQueueEndpoint string
param hostStorageName string
param hostBlobEndpoint string
param packageContainer string
param vaultName string
@description('Empty: nobody asks Azure AI Content Safety.')
param contentSafetyEndpoint string
param authIssuer string
param authClientId string
param userIdClaim string
param instanceMemoryMB int
param maximumInstances int
@description('Instances that wait for requests, so that the first one after a quiet hour is not slow.')
param alwaysReadyHttp int

// Routes that nobody signs in for: the provider signs its webhook itself, probes, the document and the apps' site files are public, and the blob trigger's webhook has a key.
var openPaths = ['/health/live', '/health/ready', '/openapi.json', '/.well-known/apple-app-site-association', '/.well-known/assetlinks.json', '/v1/webhooks/stripe', '/runtime/webhooks/blobs']

module plan 'br/public:avm/res/web/serverfarm:0.7.0' = {
  name: 'plan'
  params: {
    name: 'plan-${token}'
    location: location
    tags: tags
    skuName: 'FC1'
    skuCapacity: 0
    kind: 'functionapp'
    reserved: true
    zoneRedundant: false
  }
}

module site 'br/public:avm/res/web/site:0.24.0' = {
  name: 'site'
  params: {
    name: 'func-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    kind: 'functionapp,linux'
    serverFarmResourceId: plan.outputs.resourceId
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    managedIdentities: {
      userAssignedResourceIds: [identityId]
    }
    keyVaultAccessIdentityResourceId: identityId
    basicPublishingCredentialsPolicies: [
      { name: 'ftp', allow: false }
      { name: 'scm', allow: false }
    ]
    siteConfig: {
      alwaysOn: false
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostBlobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
        triggers: {
          http: { perInstanceConcurrency: 100 }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
    }
    configs: [
      {
        name: 'appsettings'
        properties: {
          AzureWebJobsStorage__accountName: hostStorageName
          AzureWebJobsStorage__credential: 'managedidentity'
          AzureWebJobsStorage__clientId: identityClientId
          APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
          APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
          // Traces a second and instance that are kept; docs/deploy.md, "What is sent".
          OTEL_TRACES_SAMPLER: 'microsoft.rate_limited'
          OTEL_TRACES_SAMPLER_ARG: '5'
          // Which identity the adapters' DefaultAzureCredential is.
          AZURE_CLIENT_ID: identityClientId

          // The triggers' connections: SeriesFunctions.App.Hosting.Connections.
          CosmosConnection__accountEndpoint: cosmosEndpoint
          CosmosConnection__credential: 'managedidentity'
          CosmosConnection__clientId: identityClientId
          ServiceBusConnection__fullyQualifiedNamespace: serviceBusHost
          ServiceBusConnection__credential: 'managedidentity'
          ServiceBusConnection__clientId: identityClientId
          UploadsConnection__blobServiceUri: mediaBlobEndpoint
          UploadsConnection__queueServiceUri: mediaQueueEndpoint
          UploadsConnection__credential: 'managedidentity'
          UploadsConnection__clientId: identityClientId

          // The adapters' options.
          Cosmos__Endpoint: cosmosEndpoint
          Cosmos__Database: databaseName
          Cosmos__Container: containerName
          ServiceBus__Namespace: serviceBusHost
          Blobs__Endpoint: mediaBlobEndpoint
          Stripe__ApiKey: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=stripe-api-key)'
          Stripe__WebhookSecret: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=stripe-webhook-secret)'
          Stripe__ConnectWebhookSecret: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=stripe-connect-webhook-secret)'
          Identity__UserIdClaim: userIdClaim
          ContentSafety__Endpoint: contentSafetyEndpoint
        }
      }
      {
        // The product's own tokens: who is not signed in may still look at the catalogue, so nobody is turned away here, and the API says 401 where it must.
        // The Entra slot is the one that takes Authorization: Bearer; docs/adr/0015 says more.
        name: 'authsettingsV2'
        properties: {
          platform: {
            enabled: true
            runtimeVersion: '~1'
          }
          globalValidation: {
            requireAuthentication: false
            unauthenticatedClientAction: 'AllowAnonymous'
            excludedPaths: openPaths
          }
          identityProviders: {
            azureActiveDirectory: {
              enabled: true
              registration: {
                openIdIssuer: authIssuer
                clientId: authClientId
              }
              validation: {
                allowedAudiences: [authClientId, 'api://${authClientId}']
              }
            }
          }
          login: {
            tokenStore: { enabled: false }
          }
          httpSettings: {
            requireHttps: true
          }
        }
      }
    ]
  }
}

output name string = site.outputs.name
output url string = 'https://${site.outputs.defaultHostname}'
