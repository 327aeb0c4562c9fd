using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Audit;

/// <summary>
/// What differs between a record before and after, by its type and not by its looks: ids, states, numbers, times and codes are told, every other text only as changed. A property
/// that somebody adds tomorrow is a text, and kept out, until its type says otherwise.
/// </summary>
internal static class Differences
{
    private const string Text = "(text)";
    private const int MostFields = 60;

    /// <summary>Texts that are codes of ours.</summary>
    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal) { "currency", "rule", "code", "by", "decidedBy", "disabledBecause" };

    public static IReadOnlyList<AuditField> Between(ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after, JsonTypeInfo shape)
    {
        var old = Flatten(before, shape);
        var fresh = Flatten(after, shape);
        var fields = new List<AuditField>();
        foreach (var path in old.Keys.Union(fresh.Keys))
        {
            var was = old.GetValueOrDefault(path);
            var now = fresh.GetValueOrDefault(path);
            if (was.Raw != now.Raw)
                fields.Add(new(path, was.Told, now.Told));
        }
        return fields.Count <= MostFields ? fields : [.. fields.Take(MostFields), new("…", null, null)];
    }

    /// <summary>The ids that a record holds at its top: what else it is about.</summary>
    public static IEnumerable<string> Ids(ReadOnlyMemory<byte> body, JsonTypeInfo shape)
    {
        using var json = JsonDocument.Parse(body);
        foreach (var property in shape.Properties)
        {
            if (IsId(property.PropertyType) && json.RootElement.TryGetProperty(property.Name, out var value) && value.GetString() is { } id && Kernel.Ids.IsValid(id))
                yield return id;
        }
    }

    private static Dictionary<string, (string Raw, string Told)> Flatten(ReadOnlyMemory<byte>? body, JsonTypeInfo shape)
    {
        var flat = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        if (body is { } bytes)
        {
            using var json = JsonDocument.Parse(bytes);
            Walk(json.RootElement, shape.Type, "", "", flat);
        }
        return flat;
    }

    private static void Walk(JsonElement value, Type type, string path, string name, Dictionary<string, (string Raw, string Told)> flat)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when DocumentJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } shape:
                foreach (var property in value.EnumerateObject())
                {
                    var known = shape.Properties.FirstOrDefault(one => one.Name == property.Name)?.PropertyType ?? typeof(object);
                    Walk(property.Value, known, path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Name, flat);
                }
                break;
            case JsonValueKind.Array:
                var element = DocumentJson.Default.GetTypeInfo(type)?.ElementType ?? typeof(object);
                var at = 0;
                foreach (var item in value.EnumerateArray())
                    Walk(item, element, $"{path}[{at++}]", name, flat);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                flat[path] = (value.GetRawText(), !IsTold(value, type, name) ? Text : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
                break;
        }
    }

    private static bool IsTold(JsonElement value, Type type, string name)
    {
        if (type == typeof(string))
            return value.GetString() is { Length: <= 100 } text && (Codes.Contains(name) || name == "id" || name.EndsWith("Id", StringComparison.Ordinal)) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        return type.IsEnum || IsId(type) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan);
    }

    private static bool IsId(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type).GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IId<>));
}
