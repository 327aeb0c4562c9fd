using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Finds the last fragment by what the file says about itself. Either index only says where to look; lengths are read from the fragment.</summary>
internal sealed class FragmentIndex(WindowedReader reader, Movie movie)
{
    /// <summary>
    /// Where the last part that a <c>sidx</c> lists starts, and where it ends; null for a box that isn't one. Each of its references is a size
    /// and a length (ISO/IEC 14496-12, 8.16.3).
    /// </summary>
    public async ValueTask<(long Start, long End)?> LastPartAsync(Box sidx, CancellationToken cancellationToken)
    {
        if (sidx.PayloadSize is < 24 or > WindowedReader.Large
            || !await reader.HasAsync(sidx.Payload, (int)sidx.PayloadSize, WindowedReader.Small, cancellationToken))
            return null;
        var box = reader.Span(sidx.Payload, (int)sidx.PayloadSize);
        var is64 = box[0] == 1;
        var at = is64 ? 28 : 20;
        if (box.Length < at + 4)
            return null;
        var offset = is64 ? BinaryPrimitives.ReadUInt64BigEndian(box[20..]) : BinaryPrimitives.ReadUInt32BigEndian(box[16..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(box[(at + 2)..]);
        if (count == 0 || box.Length < at + 4 + count * 12 || offset > long.MaxValue / 4)
            return null;
        var (start, end) = (0L, sidx.End + (long)offset);
        for (var i = 0; i < count; i++)
        {
            start = end;
            end += BinaryPrimitives.ReadUInt32BigEndian(box[(at + 4 + i * 12)..]) & 0x7FFFFFFF;
        }
        return (start, end);
    }

    /// <summary>Where the <c>mfra</c> starts that the file's last 16 bytes (<c>mfro</c>), which must be visible, point to; null when they don't.</summary>
    public long? Start(long firstFragment)
    {
        if (!reader.Has(reader.Length - 16, 16))
            return null;
        var mfro = reader.Span(reader.Length - 16, 16);
        if (BinaryPrimitives.ReadUInt32BigEndian(mfro) != 16 || BinaryPrimitives.ReadUInt32BigEndian(mfro[4..]) != BoxType.Mfro)
            return null;
        var start = reader.Length - BinaryPrimitives.ReadUInt32BigEndian(mfro[12..]);
        return start > firstFragment ? start : null;
    }

    /// <summary>Where the earliest of the tracks' last fragments starts, by the <c>mfra</c> at <paramref name="start"/>; null when that can't be right.</summary>
    public async ValueTask<long?> LastFragmentAsync(long start, long firstFragment, CancellationToken cancellationToken)
    {
        if (!await reader.HasAsync(start, 8, WindowedReader.Small, cancellationToken)
            || !Box.TryRead(reader.Span(start, 8), start, reader.Length, out var mfra) || mfra.Type != BoxType.Mfra || mfra.End != reader.Length)
            return null;

        long? earliest = null;
        for (var position = mfra.Payload; position <= mfra.End - 24;)
        {
            if (!await reader.HasAsync(position, 24, WindowedReader.Small, cancellationToken)
                || !Box.TryRead(reader.Span(position, 24), position, mfra.End, out var tfra) || tfra.End > mfra.End)
                return null;
            if (tfra.Type == BoxType.Tfra && tfra.PayloadSize >= 16)
            {
                var (track, entry, count, is64) = Table(reader.Span(tfra.Payload, 16));
                if (count > (tfra.PayloadSize - 16) / entry)
                    return null;
                if (count > 0 && track is { IsVideo: true } or { IsAudio: true })
                {
                    var at = tfra.Payload + 16 + (count - 1) * entry;
                    if (!await reader.HasAsync(at, entry, WindowedReader.Small, cancellationToken))
                        return null;
                    var moof = Offset(reader.Span(at, entry), is64);
                    if (moof < (ulong)firstFragment || moof >= (ulong)mfra.Start)
                        return null;
                    earliest = Math.Min(earliest ?? long.MaxValue, (long)moof);
                }
            }
            position = tfra.End;
        }
        return earliest;
    }

    private (Track? Track, int Entry, long Count, bool Is64) Table(ReadOnlySpan<byte> tfra)
    {
        var is64 = tfra[0] == 1;
        var sizes = BinaryPrimitives.ReadUInt32BigEndian(tfra[8..]);
        var entry = (is64 ? 16 : 8) + (int)((sizes >> 4 & 3) + (sizes >> 2 & 3) + (sizes & 3)) + 3;
        return (movie.Track(BinaryPrimitives.ReadUInt32BigEndian(tfra[4..])), entry, BinaryPrimitives.ReadUInt32BigEndian(tfra[12..]), is64);
    }

    private static ulong Offset(ReadOnlySpan<byte> entry, bool is64) =>
        is64 ? BinaryPrimitives.ReadUInt64BigEndian(entry[8..]) : BinaryPrimitives.ReadUInt32BigEndian(entry[4..]);
}
