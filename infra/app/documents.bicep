param token string
param location string
param tags object
@description('Request units a second at most; autoscale bills a tenth of it at least.')
param maxThroughput int
param zoneRedundant bool
param backupTier string

var databaseName = 'seriesfunctions'
var containerName = 'documents'
// What the change feed's readers have come to. The app may not create containers, so this one is made here too.
var leasesName = 'leases'

module account 'br/public:avm/res/document-db/database-account:0.20.1' = {
  name: 'cosmos'
  params: {
    name: 'cosmos-${token}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    disableLocalAuthentication: true
    disableKeyBasedMetadataWriteAccess: true
    // A client reads its own writes; what another instance reads some milliseconds late is refused as stale when it is written to. Strong would double the price of every read.
    defaultConsistencyLevel: 'Session'
    backupPolicyType: 'Continuous'
    backupPolicyContinuousTier: backupTier
    minimumTlsVersion: 'Tls12'
    networkRestrictions: {
      publicNetworkAccess: 'Enabled'
    }
    sqlDatabases: [
      {
        name: databaseName
        containers: [
          {
            name: containerName
            paths: ['/pk']
            kind: 'Hash'
            version: 2
            // On, with no default: an item says itself how long it lives.
            defaultTtl: -1
            autoscaleSettingsMaxThroughput: maxThroughput
            indexingPolicy: {
              indexingMode: 'consistent'
              automatic: true
              includedPaths: [
                { path: '/sort/?' }
              ]
              excludedPaths: [
                { path: '/*' }
              ]
            }
          }
          {
            name: leasesName
            paths: ['/id']
            kind: 'Hash'
            version: 2
            autoscaleSettingsMaxThroughput: 1000
          }
        ]
      }
    ]
  }
}

output name string = account.outputs.name
output endpoint string = account.outputs.endpoint
output databaseName string = databaseName
output containerName string = containerName
