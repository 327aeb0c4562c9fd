using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Azure.Tests.Stripe;

/// <summary>The provider's own examples of its objects, and how our facts are read from such JSON: every name that a fact has must be there.</summary>
internal static class StripeObjects
{
    private static readonly JsonObject s_all = Load();

    private static readonly JsonSerializerOptions s_wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        Converters = { new UnixSeconds() },
    };

    /// <summary>An example with some of its values changed. A name that the example doesn't have is a mistake of the test's.</summary>
    public static JsonObject Example(string kind, params (string Name, JsonNode? Value)[] changes)
    {
        var example = s_all[kind]!.DeepClone().AsObject();
        foreach (var (name, value) in changes)
        {
            Assert.True(example.ContainsKey(name), $"{kind} has no {name}");
            example[name] = value;
        }
        return example;
    }

    public static T Read<T>(JsonObject json) => json.Deserialize<T>(s_wire)!;

    public static JsonObject Page(params JsonNode[] items) => new() { ["object"] = "list", ["data"] = new JsonArray(items), ["has_more"] = false };

    public static JsonObject Metadata(params (string Name, string Value)[] pairs) => new(pairs.Select(pair => KeyValuePair.Create(pair.Name, (JsonNode?)pair.Value)));

    public static JsonObject Ours() => Metadata(("checkout_id", "chk_1"), ("buyer_id", "usr_1"), ("series_id", "ser_1"));

    private static JsonObject Load()
    {
        using var stream = typeof(StripeObjects).Assembly.GetManifestResourceStream("stripe-objects.json")!;
        return JsonNode.Parse(stream)!["resources"]!.AsObject();
    }

    private sealed class UnixSeconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteNumberValue(value.ToUnixTimeSeconds());
    }
}
