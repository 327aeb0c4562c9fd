namespace SeriesFunctions.App.Hosting;

/// <summary>
/// Under which names the triggers' connections stand in the settings; each is an identity's, never a key: <c>CosmosConnection__accountEndpoint</c>,
/// <c>ServiceBusConnection__fullyQualifiedNamespace</c>, <c>UploadsConnection__blobServiceUri</c> and <c>__queueServiceUri</c>, with <c>__credential</c> and <c>__clientId</c>.
/// </summary>
public static class Connections
{
    public const string Cosmos = "CosmosConnection";
    public const string ServiceBus = "ServiceBusConnection";
    public const string Uploads = "UploadsConnection";
}
