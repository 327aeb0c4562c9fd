using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Where a box is. <paramref name="Start"/> and <paramref name="End"/> are offsets in whatever it was read from; the payload follows the header.</summary>
internal readonly record struct Box(uint Type, long Start, int HeaderSize, long End)
{
    public long Payload => Start + HeaderSize;

    public long PayloadSize => End - Payload;

    /// <summary>
    /// Reads a header from its first 8 to 16 bytes. False for a size that no box can have. <see cref="End"/> may lie past <paramref name="limit"/>;
    /// a size of 0 means "up to the limit" (ISO/IEC 14496-12, 4.2).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long start, long limit, out Box box)
    {
        box = default;
        if (bytes.Length < 8)
            return false;
        ulong size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var type = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var header = 8;
        if (size == 1)
        {
            if (bytes.Length < 16)
                return false;
            size = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
            header = 16;
        }
        else if (size == 0)
        {
            size = (ulong)(limit - start);
        }
        if (size < (ulong)header)
            return false;
        // A size near 2^64 must not wrap round to a small one.
        var end = size > (ulong)(long.MaxValue - start) ? long.MaxValue : start + (long)size;
        box = new Box(type, start, header, end);
        return true;
    }

    /// <summary>The next box inside a parent that is in memory as a whole; false at its end and at the first box that doesn't fit.</summary>
    public static bool TryNext(ReadOnlySpan<byte> parent, ref int position, out Box box)
    {
        box = default;
        if (position < 0 || position > parent.Length - 8)
            return false;
        if (!TryRead(parent[position..], position, parent.Length, out box) || box.End > parent.Length)
            return false;
        position = (int)box.End;
        return true;
    }

    /// <summary>The payload of a box that <see cref="TryNext"/> gave.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> parent) => parent[(int)Payload..(int)End];
}
