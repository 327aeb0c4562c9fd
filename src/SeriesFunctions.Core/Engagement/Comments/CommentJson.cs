using System.Text.Json;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Core.Engagement;

/// <summary>
/// Reads a comment by hand, twenty of them a page: a fifth of such a page went into the generated reader. What is read is written by the generated writer, and a test holds that both readers see the same.
/// </summary>
internal static class CommentJson
{
    public static Comment Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        string? id = null, author = null, parent = null, text = null, request = null;
        var state = CommentState.Visible;
        DateTimeOffset at = default;
        DateTimeOffset? editedAt = null;
        CommentRemoval? removed = null;
        var version = 1;
        long likes = 0, replies = 0;
        bool pinned = false, byWorth = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A comment is an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext(ref reader, "id"u8))
                id = reader.GetString();
            else if (IsNext(ref reader, "authorId"u8))
                author = reader.GetString();
            else if (IsNext(ref reader, "parentId"u8))
                parent = reader.GetString();
            else if (IsNext(ref reader, "text"u8))
                text = reader.GetString();
            else if (IsNext(ref reader, "state"u8))
                state = State(ref reader);
            else if (IsNext(ref reader, "at"u8))
                at = reader.GetDateTimeOffset();
            else if (IsNext(ref reader, "version"u8))
                version = reader.GetInt32();
            else if (IsNext(ref reader, "editedAt"u8))
                editedAt = reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
            else if (IsNext(ref reader, "likes"u8))
                likes = reader.GetInt64();
            else if (IsNext(ref reader, "replies"u8))
                replies = reader.GetInt64();
            else if (IsNext(ref reader, "pinned"u8))
                pinned = reader.GetBoolean();
            else if (IsNext(ref reader, "removed"u8))
                removed = JsonSerializer.Deserialize(ref reader, DocumentJson.Default.CommentRemoval);
            else if (IsNext(ref reader, "request"u8))
                request = reader.GetString();
            else if (IsNext(ref reader, "byWorth"u8))
                byWorth = reader.GetBoolean();
            else
                reader.Skip();
        }
        return id is null || author is null || text is null
            ? throw new JsonException("A comment has an id, an author and a text.")
            : new(new(id), new(author), parent is null ? null : new(parent), text, state, at, version, editedAt, likes, replies, pinned, removed, request, byWorth);
    }

    /// <summary>True where this property is named so; then its value is what comes next.</summary>
    private static bool IsNext(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static CommentState State(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("Visible"u8) ? CommentState.Visible : Enum.Parse<CommentState>(reader.GetString()!, ignoreCase: true);
}
