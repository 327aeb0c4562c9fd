param token string
param location string
param tags object
param email string
param workspaceId string
param serviceBusId string

module people 'br/public:avm/res/insights/action-group:0.8.0' = if (!empty(email)) {
  name: 'people'
  params: {
    name: 'ag-${token}'
    groupShortName: 'series'
    location: 'global'
    tags: tags
    emailReceivers: [
      { name: 'on-call', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

// What happened in the business is one counter with the name of the event (SeriesFunctions.Core.Kernel.Telemetry); a test holds the names here to those that the code counts.
var counted = 'AppMetrics | where Name == "seriesfunctions.business.events"'
var rules = [
  {
    name: 'parked-events'
    text: 'The relay met an event that it could not send. It is kept in the partition parked|DAY; nothing else waits for it.'
    severity: 1
    window: 'PT5M'
    every: 'PT5M'
    query: '${counted} | where tostring(Properties["event"]) == "event-parked" | summarize value = sum(Sum)'
    threshold: 0
  }
  {
    name: 'webhook-failures'
    text: 'The provider\'s webhooks are refused or not stored. It tries again for three days; purchases wait meanwhile.'
    severity: 1
    window: 'PT15M'
    every: 'PT5M'
    // The function's name, or its route where the host names requests after that.
    query: 'AppRequests | where (Name has "ReceiveWebhook" or Name has "v1/webhooks/stripe") and toint(ResultCode) >= 400 | summarize value = count()'
    threshold: 5
  }
  {
    name: 'refused-payouts'
    text: 'The provider refused a payout; the amount is owed again. GET /v1/operator/payouts says why.'
    severity: 2
    window: 'PT15M'
    every: 'PT15M'
    query: '${counted} | where tostring(Properties["event"]) == "payout-failed" | summarize value = sum(Sum)'
    threshold: 0
  }
  {
    name: 'relay-lag'
    text: 'Events wait longer than two minutes to get onto their queues.'
    severity: 2
    window: 'PT15M'
    every: 'PT5M'
    query: 'AppMetrics | where Name == "seriesfunctions.outbox.lag" | summarize value = max(Max)'
    threshold: 120
  }
  {
    name: 'oldest-case'
    text: 'A creator has been waiting for a moderator for more than a day.'
    severity: 3
    window: 'PT15M'
    every: 'PT15M'
    query: 'AppMetrics | where Name == "seriesfunctions.moderation.oldest_case" | summarize value = max(Max)'
    threshold: 86400
  }
  {
    name: 'content-safety-unanswered'
    text: 'The content-safety service gave no answer for several revisions. They wait for people as always, but nobody is told which is urgent. The cases say why.'
    severity: 3
    window: 'PT1H'
    every: 'PT15M'
    query: '${counted} | where tostring(Properties["event"]) == "content-safety-unanswered" | summarize value = sum(Sum)'
    threshold: 5
  }
  {
    name: 'webhook-endpoint-off'
    text: 'An endpoint of the platform took nothing for three days, or said that it is gone, and was switched off.'
    severity: 2
    window: 'PT15M'
    every: 'PT5M'
    query: 'AppMetrics | where Name == "seriesfunctions.business.events" and tostring(Properties["event"]) == "webhook-endpoint-disabled" | summarize value = sum(Sum)'
    threshold: 0
  }
]

module logAlerts 'br/public:avm/res/insights/scheduled-query-rule:0.6.0' = [
  for rule in rules: {
    name: 'alert-${rule.name}'
    params: {
      name: 'alert-${rule.name}-${token}'
      location: location
      tags: tags
      alertDescription: rule.text
      severity: rule.severity
      scopes: [workspaceId]
      windowSize: rule.window
      evaluationFrequency: rule.every
      // An app that has not sent anything yet has no such table.
      skipQueryValidation: true
      actions: {
        actionGroupResourceIds: empty(email) ? [] : [people!.outputs.resourceId]
      }
      criterias: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
    }
  }
]

module deadLetters 'br/public:avm/res/insights/metric-alert:0.4.1' = {
  name: 'alert-dead-letters'
  params: {
    name: 'alert-dead-letters-${token}'
    tags: tags
    alertDescription: 'A message could not be handled. It is kept in the dead letters of its queue with its reason.'
    severity: 1
    scopes: [serviceBusId]
    targetResourceType: 'Microsoft.ServiceBus/namespaces'
    targetResourceRegion: location
    windowSize: 'PT5M'
    evaluationFrequency: 'PT5M'
    actions: empty(email) ? [] : [people!.outputs.resourceId]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allof: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [
            { name: 'EntityName', operator: 'Include', values: ['*'] }
          ]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
  }
}
