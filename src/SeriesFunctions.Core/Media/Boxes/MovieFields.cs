using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Reads the fields of the small boxes of a movie header. Each gives null, or what is wrong as the end of a sentence.</summary>
internal static class MovieFields
{
    /// <summary>More edits than any editor writes.</summary>
    private const int MaxEdits = 1_000;

    public static string? Read(uint type, ReadOnlySpan<byte> payload, Movie movie, Track? track) => type switch
    {
        BoxType.Mvhd => MovieHeader(payload, movie),
        BoxType.Trex => TrackExtends(payload, movie),
        BoxType.Tkhd => TrackHeader(payload, track!),
        BoxType.Mdhd => MediaHeader(payload, track!),
        BoxType.Hdlr => Handler(payload, track!),
        BoxType.Elst => EditList(payload, track!),
        BoxType.Dref => DataReference(payload, track!),
        _ => null,
    };

    /// <summary>Reads what is visible of a sample table. A table whose box has no room for the entries that it counts is damage.</summary>
    public static string? ReadTable(Box box, ReadOnlySpan<byte> visible, long fileLength, Track track)
    {
        var entry = box.Type switch { BoxType.Stts or BoxType.Ctts => 8, BoxType.Stco => 4, BoxType.Co64 => 8, _ => 0 };
        if (entry == 0 || visible.Length < 8)
            return null;
        var count = BinaryPrimitives.ReadUInt32BigEndian(visible[4..]);
        if (count > (ulong)(box.PayloadSize - 8) / (ulong)entry)
            return $"a table of samples ({BoxType.Text(box.Type)}) is shorter than it says";
        var entries = visible[8..];
        var whole = (int)Math.Min(count, entries.Length / entry);
        if (box.Type == BoxType.Stts)
        {
            track.Times = Times(entries, whole, isWhole: whole == count);
        }
        else if (box.Type != BoxType.Ctts)
        {
            for (var i = 0; i < whole && !track.PointsPastEnd; i++)
            {
                var offset = entry == 4
                    ? BinaryPrimitives.ReadUInt32BigEndian(entries[(i * 4)..])
                    : BinaryPrimitives.ReadUInt64BigEndian(entries[(i * 8)..]);
                track.PointsPastEnd = offset >= (ulong)fileLength;
            }
        }
        return null;
    }

    private static TimeToSample Times(ReadOnlySpan<byte> entries, int count, bool isWhole)
    {
        ulong samples = 0, duration = 0;
        for (var i = 0; i < count; i++)
        {
            ulong run = BinaryPrimitives.ReadUInt32BigEndian(entries[(i * 8)..]);
            samples += run;
            duration += run * BinaryPrimitives.ReadUInt32BigEndian(entries[(i * 8 + 4)..]);
        }
        return new TimeToSample(samples, duration, isWhole);
    }

    /// <summary>
    /// When the showing of the last picture ends, from the payloads of <c>stts</c> and <c>ctts</c>: in a run of pictures with one offset it is the
    /// run's last that ends last. Null for tables that can't be read to their end.
    /// </summary>
    public static long? CompositionEnd(ReadOnlySpan<byte> stts, ReadOnlySpan<byte> ctts)
    {
        if (!TryEntries(stts, out var times) || !TryEntries(ctts, out var offsets))
            return null;
        Int128 decoding = 0, end = 0;
        (long left, long delta) = (0, 0);
        for (; offsets.Length >= 8; offsets = offsets[8..])
        {
            // Version 0 says that offsets are unsigned; writers put negative ones there all the same.
            var offset = BinaryPrimitives.ReadInt32BigEndian(offsets[4..]);
            for (long run = BinaryPrimitives.ReadUInt32BigEndian(offsets); run > 0;)
            {
                if (left == 0)
                {
                    if (times.Length < 8)
                        return Clamped(Int128.Max(end, decoding + offset));
                    (left, delta) = (BinaryPrimitives.ReadUInt32BigEndian(times), BinaryPrimitives.ReadUInt32BigEndian(times[4..]));
                    times = times[8..];
                }
                var step = Math.Min(run, left);
                decoding += (Int128)step * delta;
                (run, left) = (run - step, left - step);
            }
            end = Int128.Max(end, decoding + offset);
        }
        return Clamped(end);
    }

    private static long Clamped(Int128 units) => (long)Int128.Clamp(units, 0, long.MaxValue / 4);

    private static bool TryEntries(ReadOnlySpan<byte> table, out ReadOnlySpan<byte> entries)
    {
        entries = default;
        if (table.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(table[4..]) is var count && count > (table.Length - 8) / 8)
            return false;
        entries = table[8..(8 + (int)count * 8)];
        return true;
    }

    private static string? MovieHeader(ReadOnlySpan<byte> box, Movie movie)
    {
        if (!TryTimes(box, 0, out var timescale, out var duration, out var rest) || rest.Length < 16 + 36)
            return "its movie header (mvhd) is too short";
        movie.Timescale = timescale;
        movie.Duration = duration;
        movie.Matrix = ReadMatrix(rest[16..]);
        return timescale == 0 ? "its movie header (mvhd) has a time scale of zero" : null;
    }

    private static string? TrackHeader(ReadOnlySpan<byte> box, Track track)
    {
        var is64 = box.Length > 0 && box[0] == 1;
        var fixedPart = is64 ? 36 : 24;
        if (box.Length < fixedPart + 60)
            return "a track header (tkhd) is too short";
        track.IsEnabled = (box[3] & 1) != 0;
        track.Id = BinaryPrimitives.ReadUInt32BigEndian(box[(is64 ? 20 : 12)..]);
        track.Matrix = ReadMatrix(box[(fixedPart + 16)..]);
        track.Shown = (BinaryPrimitives.ReadUInt16BigEndian(box[(fixedPart + 52)..]), BinaryPrimitives.ReadUInt16BigEndian(box[(fixedPart + 56)..]));
        return null;
    }

    private static string? MediaHeader(ReadOnlySpan<byte> box, Track track)
    {
        if (!TryTimes(box, 0, out var timescale, out var duration, out _))
            return "a media header (mdhd) is too short";
        track.Timescale = timescale;
        track.MediaDuration = duration;
        return timescale == 0 ? "a media header (mdhd) has a time scale of zero" : null;
    }

    /// <summary>QuickTime has a second <c>hdlr</c> in <c>minf</c>, which is not asked for here.</summary>
    private static string? Handler(ReadOnlySpan<byte> box, Track track)
    {
        if (box.Length < 12)
            return "a handler box (hdlr) is too short";
        track.Handler = BinaryPrimitives.ReadUInt32BigEndian(box[8..]);
        return null;
    }

    private static string? EditList(ReadOnlySpan<byte> box, Track track)
    {
        if (box.Length < 8)
            return "an edit list (elst) is too short";
        var is64 = box[0] == 1;
        var entry = is64 ? 20 : 12;
        var count = BinaryPrimitives.ReadUInt32BigEndian(box[4..]);
        if (count > MaxEdits || count > (box.Length - 8) / entry)
            return "an edit list (elst) is shorter than it says";
        for (var i = 0; i < count; i++)
        {
            var at = box[(8 + i * entry)..];
            track.Edits.Add(is64
                ? new Edit(BinaryPrimitives.ReadUInt64BigEndian(at), BinaryPrimitives.ReadInt64BigEndian(at[8..]))
                : new Edit(BinaryPrimitives.ReadUInt32BigEndian(at), BinaryPrimitives.ReadInt32BigEndian(at[4..])));
        }
        return null;
    }

    /// <summary>Flag 1 of a data reference means "in this file". Without it and with a location, the samples are somewhere we don't have.</summary>
    private static string? DataReference(ReadOnlySpan<byte> box, Track track)
    {
        var entries = box.Length >= 8 ? box[8..] : [];
        var position = 0;
        while (Box.TryNext(entries, ref position, out var reference))
        {
            var payload = reference.In(entries);
            if (payload.Length > 5 && (payload[3] & 1) == 0)
                track.IsElsewhere = true;
        }
        return null;
    }

    private static string? TrackExtends(ReadOnlySpan<byte> box, Movie movie)
    {
        if (box.Length < 24)
            return "a fragment's defaults (trex) are too short";
        movie.SampleDurations[BinaryPrimitives.ReadUInt32BigEndian(box[4..])] = BinaryPrimitives.ReadUInt32BigEndian(box[12..]);
        return null;
    }

    /// <summary>The times at the start of <c>mvhd</c> and <c>mdhd</c>: created, modified, time scale, duration, in 32 or 64 bits by version. All ones is "unknown".</summary>
    private static bool TryTimes(ReadOnlySpan<byte> box, int start, out uint timescale, out ulong? duration, out ReadOnlySpan<byte> rest)
    {
        (timescale, duration) = (0, null);
        rest = default;
        var is64 = box.Length > start && box[start] == 1;
        var size = is64 ? 32 : 20;
        if (box.Length < start + size)
            return false;
        var at = box[(start + (is64 ? 20 : 12))..];
        timescale = BinaryPrimitives.ReadUInt32BigEndian(at);
        if (is64)
            duration = BinaryPrimitives.ReadUInt64BigEndian(at[4..]) is var wide and not ulong.MaxValue ? wide : null;
        else
            duration = BinaryPrimitives.ReadUInt32BigEndian(at[4..]) is var narrow and not uint.MaxValue ? narrow : null;
        rest = box[(start + size)..];
        return true;
    }

    private static Matrix ReadMatrix(ReadOnlySpan<byte> at) => new(
        BinaryPrimitives.ReadInt32BigEndian(at), BinaryPrimitives.ReadInt32BigEndian(at[4..]),
        BinaryPrimitives.ReadInt32BigEndian(at[12..]), BinaryPrimitives.ReadInt32BigEndian(at[16..]));
}
