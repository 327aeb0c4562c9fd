using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// Where a page ended, as text: base64url of a mark and the last item's stored sort key. The service's own continuation tokens are not used: they are bound to
/// the SDK's version and to the physical partitions of the moment, and a client may keep a cursor for a day. The mark is a hash over the position with the partition
/// and direction, which tells another list's cursor and garbage from ours. It is no signature: whoever forges one only chooses where in a list that is
/// theirs to read they continue.
/// </summary>
internal static class PageCursor
{
    private const int MarkBytes = 8;

    public static string Write(Partition partition, Direction direction, string stored)
    {
        var position = Encoding.UTF8.GetBytes(stored);
        return Base64Url.EncodeToString([.. Mark(partition, direction, position), .. position]);
    }

    /// <summary>The stored sort key that the page ended with. Throws <see cref="FormatException"/> for anything but a cursor of this list.</summary>
    public static string Read(Partition partition, Direction direction, SortRange range, string cursor)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(cursor);
        }
        catch (FormatException e)
        {
            throw new FormatException(NotOurs, e);
        }
        if (bytes.Length <= MarkBytes || !bytes.AsSpan(0, MarkBytes).SequenceEqual(Mark(partition, direction, bytes.AsSpan(MarkBytes))))
            throw new FormatException(NotOurs);
        var stored = Encoding.UTF8.GetString(bytes.AsSpan(MarkBytes));
        if (string.CompareOrdinal(stored, SortKey.Bound(range.From)) < 0 || string.CompareOrdinal(stored, SortKey.Bound(range.To)) >= 0)
            throw new FormatException(NotOurs);
        return stored;
    }

    private static byte[] Mark(Partition partition, Direction direction, ReadOnlySpan<byte> position) =>
        SHA256.HashData([(byte)direction, .. Encoding.UTF8.GetBytes(partition.Key), 0, .. position])[..MarkBytes];

    private const string NotOurs = "This is not a cursor of this list.";
}
