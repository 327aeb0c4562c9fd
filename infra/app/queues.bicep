param token string
param location string
param tags object
@allowed(['Standard', 'Premium'])
param sku string
@description('Messaging units; Premium only.')
param capacity int

// One a purpose: SeriesFunctions.Core.Messaging.Queues. A test holds this list to that one and to the triggers.
var queueNames = ['media', 'moderation', 'catalog', 'discounts', 'payments', 'notifications', 'statistics']

module bus 'br/public:avm/res/service-bus/namespace:0.17.0' = {
  name: 'servicebus'
  params: {
    name: 'sb-${token}'
    location: location
    tags: tags
    skuObject: sku == 'Premium' ? { name: sku, capacity: capacity } : { name: sku }
    zoneRedundant: sku == 'Premium'
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    queues: [
      for name in queueNames: {
        name: name
        // SeriesFunctions.Core.Messaging.QueueLimits; the store of the local host keeps the same promises.
        lockDuration: 'PT1M'
        maxDeliveryCount: 10
        requiresDuplicateDetection: true
        duplicateDetectionHistoryTimeWindow: 'PT10M'
        // Nothing is deleted unread.
        deadLetteringOnMessageExpiration: true
        defaultMessageTimeToLive: 'P3650D'
        maxSizeInMegabytes: 5120
      }
    ]
  }
}

output name string = bus.outputs.name
output resourceId string = bus.outputs.resourceId
output queueNames array = queueNames
output host string = '${bus.outputs.name}.servicebus.windows.net'
