using System.Text.Json.Serialization;

namespace SeriesFunctions.App.Relay;

/// <summary>An item of the change feed that the relay could not make a message of, kept as it came with the reason: <c>not-an-event</c> or <c>too-large</c>.</summary>
public sealed record ParkedEvent(string Id, string Reason, DateTimeOffset ParkedAt, string Item);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ParkedEvent))]
internal sealed partial class RelayJson : JsonSerializerContext;
