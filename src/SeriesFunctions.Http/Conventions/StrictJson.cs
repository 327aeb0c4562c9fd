using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Conventions;

/// <summary>
/// Reads a body into a request record and tells of everything that is wrong with it at once: unknown and missing fields, nulls, wrong types.
/// What a record's constructor wants without a default is required.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>How many errors are told at once. A body of nothing but mistakes has thousands, and an answer would be many times as long as it.</summary>
    private const int MostErrors = 100;

    private static readonly Problem NotJson = new(ProblemKind.Malformed, "malformed-json", "The body is not well-formed JSON.");

    /// <param name="body">UTF-8.</param>
    /// <param name="patch">A merge patch: an explicit null means "remove", so it is refused but for the names in <paramref name="removable"/>.</param>
    /// <param name="removable">Names that a patch may set to null.</param>
    public static Result<(T Value, IReadOnlySet<string> Nulls)> Read<T>(ReadOnlyMemory<byte> body, bool patch = false, params string[] removable)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var errors = new List<FieldError>();
            var nulls = new HashSet<string>(StringComparer.Ordinal);
            Walk(document.RootElement, ApiShape<T>.Info, "", errors);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in document.RootElement.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Null))
                {
                    nulls.Add(property.Name);
                    if (patch && !removable.Contains(property.Name) && ApiShape<T>.Info.Properties.Any(known => known.Name == property.Name))
                        errors.Add(new(property.Name, "null-not-allowed", "This can't be removed."));
                }
            }
            return errors.Count > 0 ? Malformed(errors) : (document.RootElement.Deserialize(ApiShape<T>.Info)!, nulls);
        }
        // The parser looks at structure only: that a name is no UTF-8, or half a surrogate pair, comes out when it is read, as an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NotJson;
        }
    }

    private static Problem Malformed(List<FieldError> errors) =>
        errors.TrueForAll(error => error.Code == "unknown-field")
            ? new(ProblemKind.Malformed, "unknown-field", "The body has fields that this request doesn't take; see errors.") { Errors = errors }
            : new(ProblemKind.Malformed, "malformed-body", "Some fields are missing or of the wrong type; see errors.") { Errors = errors };

    private static void Walk(JsonElement element, JsonTypeInfo shape, string path, List<FieldError> errors)
    {
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                WalkObject(element, shape, path, errors);
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                var itemShape = ApiJson.Default.GetTypeInfo(shape.ElementType!)!;
                var index = 0;
                foreach (var item in element.EnumerateArray().TakeWhile(_ => errors.Count < MostErrors))
                {
                    var place = $"{path}[{index++}]";
                    if (item.ValueKind == JsonValueKind.Null)
                        errors.Add(new(place, "null-not-allowed", "This can't be null."));
                    else
                        Walk(item, itemShape, place, errors);
                }
                break;
            case JsonTypeInfoKind.Object:
                errors.Add(new(path.Length == 0 ? "$" : path, "wrong-type", "Must be an object."));
                break;
            case JsonTypeInfoKind.Enumerable:
                errors.Add(new(path, "wrong-type", "Must be a list."));
                break;
            default:
                if (!Fits(element, shape))
                    errors.Add(new(path, "wrong-type", Wanted(shape.Type)));
                break;
        }
    }

    private static void WalkObject(JsonElement element, JsonTypeInfo shape, string path, List<FieldError> errors)
    {
        var prefix = path.Length == 0 ? "" : path + ".";
        foreach (var given in element.EnumerateObject().TakeWhile(_ => errors.Count < MostErrors))
        {
            if (shape.Properties.FirstOrDefault(known => known.Name == given.Name) is not { } property)
                errors.Add(new(prefix + (given.Name.Length > 64 ? given.Name[..64] : given.Name), "unknown-field", "This request takes no such field."));
            else if (given.Value.ValueKind == JsonValueKind.Null)
            {
                if (Required(property))
                    errors.Add(new(prefix + property.Name, "null-not-allowed", "This can't be null."));
            }
            else
                Walk(given.Value, ApiJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)!, prefix + property.Name, errors);
        }
        foreach (var property in shape.Properties)
        {
            if (Required(property) && !element.TryGetProperty(property.Name, out _))
                errors.Add(new(prefix + property.Name, "required", "This is missing."));
        }
    }

    private static bool Required(JsonPropertyInfo property) => property.AssociatedParameter is { HasDefaultValue: false };

    private static bool Fits(JsonElement element, JsonTypeInfo shape)
    {
        try
        {
            element.Deserialize(shape);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Wanted(Type type)
    {
        var actual = Nullable.GetUnderlyingType(type) ?? type;
        if (actual.IsEnum)
            return $"Must be one of: {string.Join(", ", Enum.GetNames(actual).Select(JsonNamingPolicy.CamelCase.ConvertName))}.";
        if (actual == typeof(string))
            return "Must be text.";
        if (actual == typeof(DateTimeOffset))
            return "Must be a time as in 2026-01-31T18:30:00Z.";
        if (actual == typeof(DateOnly))
            return "Must be a date as in 2026-01-31.";
        if (actual == typeof(bool))
            return "Must be true or false.";
        return actual.IsPrimitive ? "Must be a whole number." : "Must be an id, as text.";
    }
}
