param token string
param location string
param tags object
param sku string

var uploadsContainer = 'uploads'
var mediaContainer = 'media'
var packageContainer = 'app-package'

// Two accounts: the one that clients hold signed URLs of has nothing else in it, and what the host keeps for itself is nobody's to see.
module media 'br/public:avm/res/storage/storage-account:0.33.0' = {
  name: 'storage-media'
  params: {
    name: 'stmedia${token}'
    location: location
    tags: tags
    skuName: sku
    kind: 'StorageV2'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    // Phones upload and stream from here directly; every URL is signed for one blob and one purpose.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Allow'
      bypass: 'AzureServices'
    }
    blobServices: {
      deleteRetentionPolicyEnabled: true
      deleteRetentionPolicyDays: 14
      containers: [
        { name: uploadsContainer, publicAccess: 'None' }
        { name: mediaContainer, publicAccess: 'None' }
      ]
    }
    managementPolicyRules: [
      {
        // A ticket is good for a day and validation takes minutes; what is still here after three days nobody waits for.
        name: 'abandoned-uploads'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: {
            blobTypes: ['blockBlob']
            prefixMatch: ['${uploadsContainer}/']
          }
          actions: {
            baseBlob: {
              delete: { daysAfterCreationGreaterThan: 3 }
            }
          }
        }
      }
      {
        // The app deletes data exports after Media:ExportsKeptFor, seven days at most; this is for those that it could not.
        name: 'expired-exports'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: {
            blobTypes: ['blockBlob']
            prefixMatch: ['${mediaContainer}/exports/']
          }
          actions: {
            baseBlob: {
              delete: { daysAfterCreationGreaterThan: 7 }
            }
          }
        }
      }
    ]
  }
}

module host 'br/public:avm/res/storage/storage-account:0.33.0' = {
  name: 'storage-host'
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    skuName: sku
    kind: 'StorageV2'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Allow'
      bypass: 'AzureServices'
    }
    blobServices: {
      containers: [
        { name: packageContainer, publicAccess: 'None' }
      ]
    }
  }
}

// Where Event Grid tells of uploads. Its subscription is made after the app's first deployment: infra/scripts/subscribe-uploads.sh.
module topic 'br/public:avm/res/event-grid/system-topic:0.7.0' = {
  name: 'uploads-topic'
  params: {
    name: 'evgt-${token}'
    location: location
    tags: tags
    source: media.outputs.resourceId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

output mediaName string = media.outputs.name
output mediaBlobEndpoint string = media.outputs.primaryBlobEndpoint
output mediaQueueEndpoint string = 'https://${media.outputs.name}.queue.${environment().suffixes.storage}'
output hostName string = host.outputs.name
output hostBlobEndpoint string = host.outputs.primaryBlobEndpoint
output packageContainer string = packageContainer
output uploadsContainer string = uploadsContainer
output systemTopicName string = topic.outputs.name
