param token string
param location string
param tags object
param retentionDays int
@description('Gigabytes a day after which nothing more is taken in: a bound for the bill, not a measure of what is needed.')
param dailyGb string

module workspace 'br/public:avm/res/operational-insights/workspace:0.16.1' = {
  name: 'workspace'
  params: {
    name: 'log-${token}'
    location: location
    tags: tags
    dataRetention: retentionDays
    dailyQuotaGb: dailyGb
  }
}

module insights 'br/public:avm/res/insights/component:0.8.0' = {
  name: 'insights'
  params: {
    name: 'appi-${token}'
    location: location
    tags: tags
    workspaceResourceId: workspace.outputs.resourceId
    disableLocalAuth: true
    retentionInDays: retentionDays
  }
}

output workspaceId string = workspace.outputs.resourceId
output insightsName string = insights.outputs.name
output connectionString string = insights.outputs.connectionString
