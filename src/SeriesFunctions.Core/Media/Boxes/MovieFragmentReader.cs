using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Reads one <c>moof</c> and adds to each track where it ends. Source: ISO/IEC 14496-12, 8.8.</summary>
internal sealed class MovieFragmentReader(WindowedReader reader, Movie movie)
{
    private const string Unreadable = "the header of a fragment can't be read to the end";

    /// <summary>A fragment doesn't say when it starts (no <c>tfdt</c>) and the one before it wasn't read.</summary>
    public bool LacksStart { get; private set; }

    /// <summary>Null, or what is wrong as the end of a sentence.</summary>
    /// <param name="moof">The box, which lies within the file.</param>
    /// <param name="isFirst">No fragment comes before this one.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async ValueTask<string?> ReadAsync(Box moof, bool isFirst, CancellationToken cancellationToken)
    {
        for (var position = moof.Payload; position <= moof.End - 8;)
        {
            if (await ChildAsync(position, moof.End, cancellationToken) is not { } child)
                return Unreadable;
            if (child.Type == BoxType.Traf && await ReadTrackAsync(child, isFirst, cancellationToken) is { } damage)
                return damage;
            position = child.End;
        }
        return null;
    }

    private async ValueTask<string?> ReadTrackAsync(Box traf, bool isFirst, CancellationToken cancellationToken)
    {
        Track? track = null;
        uint sampleDuration = 0;
        var run = default(Run);
        for (var position = traf.Payload; position <= traf.End - 8;)
        {
            if (await ChildAsync(position, traf.End, cancellationToken) is not { } child)
                return Unreadable;
            switch (child.Type)
            {
                case BoxType.Tfhd:
                    if (!await reader.HasAsync(child.Payload, (int)Math.Min(child.PayloadSize, 32), WindowedReader.Tiny, cancellationToken))
                        return Unreadable;
                    (track, sampleDuration) = TrackHeader(reader.Span(child.Payload, (int)Math.Min(child.PayloadSize, 32)));
                    if (track is null)
                        return "a fragment belongs to no track";
                    run = Start(track, isFirst);
                    break;
                case BoxType.Tfdt:
                    var size = (int)Math.Min(child.PayloadSize, 12);
                    if (size < 8 || !await reader.HasAsync(child.Payload, size, WindowedReader.Tiny, cancellationToken))
                        return Unreadable;
                    run = run with { Decoding = DecodeTime(reader.Span(child.Payload, size)) };
                    break;
                case BoxType.Trun:
                    if (track is null || run.Decoding < 0)
                    {
                        LacksStart = track is not null;
                        return Unreadable;
                    }
                    var first = run.Decoding;
                    if (await ReadRunAsync(child, run, sampleDuration, cancellationToken) is not { } after)
                        return "a fragment's table of samples (trun) is shorter than it says";
                    run = after;
                    if (isFirst && track.Fragments is null)
                        track.FragmentOrigin = run.Earliest;
                    track.Fragments = new FragmentedMedia(run.Decoding, Math.Max(run.Presentation, track.Fragments?.PresentationEnd ?? 0),
                        (track.Fragments?.Samples ?? 0) + run.Samples, (track.Fragments?.SampleTime ?? 0) + (run.Decoding - first));
                    break;
                default:
                    break;
            }
            position = child.End;
        }
        return null;
    }

    /// <summary>Where the track's next sample starts if the fragment doesn't say: behind the last one that was read, or behind the samples of the movie header.</summary>
    private static Run Start(Track track, bool isFirst)
    {
        var inMovie = track.Times is { IsWhole: true } times ? times.Duration : track.MediaDuration ?? 0;
        var known = track.Fragments?.DecodingEnd ?? (isFirst ? (long)Math.Min(inMovie, long.MaxValue / 4) : -1);
        return new Run(known, long.MaxValue, 0, 0);
    }

    private (Track? Track, uint SampleDuration) TrackHeader(ReadOnlySpan<byte> tfhd)
    {
        if (tfhd.Length < 8)
            return default;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(tfhd) & 0xFFFFFF;
        var id = BinaryPrimitives.ReadUInt32BigEndian(tfhd[4..]);
        var at = 8 + ((flags & 0x1) != 0 ? 8 : 0) + ((flags & 0x2) != 0 ? 4 : 0);
        var duration = (flags & 0x8) != 0 && tfhd.Length >= at + 4
            ? BinaryPrimitives.ReadUInt32BigEndian(tfhd[at..])
            : movie.SampleDurations.GetValueOrDefault(id);
        return (movie.Track(id), duration);
    }

    private static long DecodeTime(ReadOnlySpan<byte> tfdt)
    {
        var time = tfdt[0] == 1 && tfdt.Length >= 12 ? BinaryPrimitives.ReadUInt64BigEndian(tfdt[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tfdt[4..]);
        return (long)Math.Min(time, long.MaxValue / 4);
    }

    /// <summary>Null when the box has no room for its samples. Samples that all last the same and aren't reordered need no reading.</summary>
    private async ValueTask<Run?> ReadRunAsync(Box trun, Run run, uint defaultDuration, CancellationToken cancellationToken)
    {
        if (trun.PayloadSize < 8 || !await reader.HasAsync(trun.Payload, 8, WindowedReader.Tiny, cancellationToken))
            return null;
        var layout = Layout.Read(reader.Span(trun.Payload, 8));
        var at = trun.Payload + layout.Header;
        if (layout.Count > (trun.End - at) / Math.Max(1, layout.Entry) && layout.Entry > 0)
            return null;
        if (!layout.HasDurations && !layout.HasOffsets)
        {
            var end = (long)UInt128.Min((UInt128)run.Decoding + (UInt128)layout.Count * defaultDuration, long.MaxValue / 4);
            return run with { Decoding = end, Earliest = Math.Min(run.Earliest, run.Decoding), Presentation = Math.Max(run.Presentation, end), Samples = layout.Count };
        }
        run = run with { Samples = layout.Count };
        for (long left = layout.Count; left > 0;)
        {
            var some = (int)Math.Min(left, WindowedReader.Small / layout.Entry);
            if (!await reader.HasAsync(at, some * layout.Entry, WindowedReader.Small, cancellationToken))
                return null;
            run = Add(run, layout, reader.Span(at, some * layout.Entry), defaultDuration);
            (left, at) = (left - some, at + some * layout.Entry);
        }
        return run;
    }

    private static Run Add(Run run, Layout layout, ReadOnlySpan<byte> entries, uint defaultDuration)
    {
        var (decoding, earliest, presentation) = (run.Decoding, run.Earliest, run.Presentation);
        for (; entries.Length >= layout.Entry; entries = entries[layout.Entry..])
        {
            long duration = layout.HasDurations ? BinaryPrimitives.ReadUInt32BigEndian(entries) : defaultDuration;
            // Version 0 says unsigned; writers put negative offsets there all the same.
            var offset = layout.HasOffsets ? BinaryPrimitives.ReadInt32BigEndian(entries[(layout.Entry - 4)..]) : 0;
            earliest = Math.Min(earliest, decoding + offset);
            presentation = Math.Max(presentation, decoding + offset + duration);
            decoding += duration;
        }
        return run with { Decoding = decoding, Earliest = earliest, Presentation = presentation };
    }

    private async ValueTask<Box?> ChildAsync(long position, long end, CancellationToken cancellationToken)
    {
        var header = (int)Math.Min(16, end - position);
        return await reader.HasAsync(position, header, WindowedReader.Tiny, cancellationToken)
            && Box.TryRead(reader.Span(position, header), position, end, out var box) && box.End <= end
                ? box
                : null;
    }

    /// <summary>Where a run of samples stands, and when its first and last are shown; <paramref name="Decoding"/> is −1 while unknown.</summary>
    private readonly record struct Run(long Decoding, long Earliest, long Presentation, long Samples);

    /// <summary>Which fields each sample of a <c>trun</c> has.</summary>
    private readonly record struct Layout(uint Count, int Header, int Entry, bool HasDurations, bool HasOffsets)
    {
        public static Layout Read(ReadOnlySpan<byte> trun)
        {
            var flags = BinaryPrimitives.ReadUInt32BigEndian(trun);
            int Field(uint flag) => (flags & flag) != 0 ? 4 : 0;
            return new Layout(BinaryPrimitives.ReadUInt32BigEndian(trun[4..]), 8 + Field(0x1) + Field(0x4),
                Field(0x100) + Field(0x200) + Field(0x400) + Field(0x800), Field(0x100) != 0, Field(0x800) != 0);
        }
    }
}
