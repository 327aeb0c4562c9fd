#!/bin/sh
# After a deployment: Event Grid tells the app of committed uploads. The webhook's key is made by the running app, so it can't be part of the template.
# Doing it again changes nothing. Needs az, signed in, and the outputs of infra/main.bicep as azd hands them to its hooks.
set -eu
: "${AZURE_RESOURCE_GROUP:?}" "${AZURE_FUNCTION_APP_NAME:?}" "${UPLOADS_SYSTEM_TOPIC:?}" "${UPLOADS_CONTAINER:?}"
function=ReceiveUpload
key=
tries=0
while [ -z "$key" ]; do
  key=$(az functionapp keys list --name "$AZURE_FUNCTION_APP_NAME" --resource-group "$AZURE_RESOURCE_GROUP" --query systemKeys.blobs_extension --output tsv 2>/dev/null || true)
  [ -n "$key" ] && break
  tries=$((tries + 1))
  if [ "$tries" -ge 30 ]; then
    echo "The app has no blobs_extension key after five minutes. Does it start? az functionapp log tail, or Application Insights." >&2
    exit 1
  fi
  sleep 10
done
az eventgrid system-topic event-subscription create \
  --name uploads --resource-group "$AZURE_RESOURCE_GROUP" --system-topic-name "$UPLOADS_SYSTEM_TOPIC" \
  --endpoint-type webhook \
  --endpoint "https://$AZURE_FUNCTION_APP_NAME.azurewebsites.net/runtime/webhooks/blobs?functionName=Host.Functions.$function&code=$key" \
  --included-event-types Microsoft.Storage.BlobCreated \
  --subject-begins-with "/blobServices/default/containers/$UPLOADS_CONTAINER/" \
  --max-delivery-attempts 30 --event-ttl 1440 --output none
echo "Uploads are told to $function."
