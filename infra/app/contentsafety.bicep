param token string
param location string
param tags object

// Looks at new texts and covers before a person does (docs/moderation.md, docs/adr/0036). Its own subdomain, since identities are taken at no other address.
module account 'br/public:avm/res/cognitive-services/account:0.14.2' = {
  name: 'content-safety-account'
  params: {
    name: 'cs-${token}'
    kind: 'ContentSafety'
    sku: 'S0'
    location: location
    tags: tags
    customSubDomainName: 'cs-${token}'
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Allow'
    }
  }
}

output name string = account.outputs.name
output endpoint string = account.outputs.endpoint
