using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// Where a page ended: the last item's sort key and id. As text it is base64url of a mark, the sort key, a zero byte and the id. The mark is
/// a hash over all of it with the partition and direction, so that another list's cursor and garbage are both told apart from ours.
/// </summary>
internal sealed record PageCursor(string Sort, string Id)
{
    private const int MarkBytes = 8;

    public static string Write(Partition partition, Direction direction, Document last)
    {
        var position = Encoding.UTF8.GetBytes($"{last.Sort}\0{last.Id}");
        return Base64Url.EncodeToString([.. Mark(partition, direction, position), .. position]);
    }

    /// <summary>Throws <see cref="FormatException"/> for anything but a cursor of this list.</summary>
    public static PageCursor Read(Partition partition, Direction direction, SortRange range, string text)
    {
        var bytes = Decode(text);
        if (bytes.Length <= MarkBytes || !bytes.AsSpan(0, MarkBytes).SequenceEqual(Mark(partition, direction, bytes.AsSpan(MarkBytes))))
            throw NotOurs();
        var position = Encoding.UTF8.GetString(bytes.AsSpan(MarkBytes));
        // The id is after the last zero: ids are never empty, and hold none.
        var end = position.LastIndexOf('\0');
        var cursor = new PageCursor(position[..end], position[(end + 1)..]);
        if (string.CompareOrdinal(cursor.Sort, range.From) < 0 || string.CompareOrdinal(cursor.Sort, range.To) >= 0)
            throw NotOurs();
        return cursor;
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw NotOurs();
        }
    }

    private static byte[] Mark(Partition partition, Direction direction, ReadOnlySpan<byte> position) =>
        SHA256.HashData([(byte)direction, .. Encoding.UTF8.GetBytes(partition.Key), 0, .. position])[..MarkBytes];

    private static FormatException NotOurs() => new("This is not a cursor of this list.");
}
