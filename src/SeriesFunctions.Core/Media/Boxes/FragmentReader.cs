namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>
/// Finds out how long a fragmented file is. Its movie header doesn't know, so the last fragment is looked for, in the order of what it costs:
/// by an index (<c>sidx</c>, <c>mfra</c>), in the file's last 64 KB, by a search further back, and by going from fragment to fragment.
/// </summary>
internal sealed class FragmentReader(WindowedReader reader, Movie movie)
{
    /// <summary>So many fragments are gone through one by one rather than searching the media for the last.</summary>
    private const int FewFragments = 64;

    /// <summary>How far back the last fragment is searched for, in bytes.</summary>
    private const long FurthestBack = 8L << 20;

    /// <summary>"moof" may stand in the media by chance or on purpose; so many are tried.</summary>
    private const int MaxCandidates = 4;

    private readonly FragmentIndex _index = new(reader, movie);
    private long _first;

    public int Count { get; private set; }

    public bool HasMediaData { get; private set; }

    public bool IsTruncated { get; private set; }

    /// <summary>What is wrong, as the end of a sentence; null while nothing is.</summary>
    public string? Damage { get; private set; }

    /// <summary>Reads from <paramref name="first"/> on, the first box behind the movie header that belongs to fragments.</summary>
    public async ValueTask ReadAsync(Box first, CancellationToken cancellationToken)
    {
        _first = first.Start;
        // A short file is visible as a whole already.
        var rest = reader.Length - _first;
        if (rest <= WindowedReader.Large && reader.Has(_first, (int)rest))
        {
            Settle(await WalkAsync(_first, cancellationToken));
            return;
        }
        if (first.Type == BoxType.Sidx && await _index.LastPartAsync(first, cancellationToken) is { } last)
        {
            if (last.End > reader.Length)
            {
                (IsTruncated, Count, HasMediaData) = (true, 1, true);
                return;
            }
            if (last.End == reader.Length && await SucceedsAsync(last.Start, cancellationToken))
                return;
        }
        var fragmentSize = await ReadFirstAsync(first, cancellationToken);

        var tail = Math.Max(_first, reader.Length - WindowedReader.Large);
        if (!await reader.HasAsync(tail, (int)(reader.Length - tail), WindowedReader.Large, cancellationToken))
            return;
        if (_index.Start(_first) is { } index && await FollowAsync(index, tail, cancellationToken))
            return;
        if (await reader.HasAsync(tail, (int)(reader.Length - tail), WindowedReader.Large, cancellationToken)
            && await SearchAsync(tail, reader.Length, cancellationToken))
            return;
        if (fragmentSize > 0 && rest / fragmentSize > FewFragments && await SearchBackAsync(tail, cancellationToken))
            return;
        Settle(await WalkAsync(_first, cancellationToken));
    }

    private async ValueTask<bool> FollowAsync(long index, long tail, CancellationToken cancellationToken)
    {
        if (index < tail)
        {
            // A table of thousands of small fragments. The last of them ends where the table starts, which is cheaper to read than the table.
            var start = Math.Max(_first, index + 16 - WindowedReader.Medium);
            var count = (int)(index + 16 - start);
            if (await reader.HasAsync(start, count, count, cancellationToken) && await SearchAsync(start, start + count, cancellationToken))
                return true;
        }
        return await _index.LastFragmentAsync(index, _first, cancellationToken) is { } last && await SucceedsAsync(last, cancellationToken);
    }

    /// <summary>Looks at the first fragment while it is in the window: when it starts, and how large it is with its media; 0 when that isn't visible.</summary>
    private async ValueTask<long> ReadFirstAsync(Box first, CancellationToken cancellationToken)
    {
        var (position, size) = (first.Start, 0L);
        while (reader.Has(position, 16) && Box.TryRead(reader.Span(position, 16), position, reader.Length, out var box))
        {
            size = box.End - _first;
            if (box.Type == BoxType.Moof && box.End - box.Start <= WindowedReader.Large && reader.Has(box.Start, (int)(box.End - box.Start)))
                await new MovieFragmentReader(reader, movie).ReadAsync(box, isFirst: true, cancellationToken);
            if (box.Type == BoxType.Mdat)
                return size;
            position = box.End;
        }
        return size;
    }

    private async ValueTask<bool> SearchBackAsync(long end, CancellationToken cancellationToken)
    {
        var furthest = Math.Max(_first, end - FurthestBack);
        while (end > furthest)
        {
            var start = Math.Max(furthest, end - WindowedReader.Huge + 16);
            // The 16 bytes more find a header that the last window cut in two.
            var count = (int)(Math.Min(end + 16, reader.Length) - start);
            if (!await reader.HasAsync(start, count, count, cancellationToken))
                return false;
            if (await SearchAsync(start, start + count, cancellationToken))
                return true;
            end = start;
        }
        return false;
    }

    /// <summary>Looks for fragments in the window and goes on from the first that leads to the end of the file.</summary>
    private async ValueTask<bool> SearchAsync(long start, long end, CancellationToken cancellationToken)
    {
        foreach (var candidate in Candidates(reader.Span(start, (int)(end - start)), start))
        {
            if (await SucceedsAsync(candidate, cancellationToken))
                return true;
        }
        return false;
    }

    private static List<long> Candidates(ReadOnlySpan<byte> window, long start)
    {
        var found = new List<long>(MaxCandidates);
        for (var at = 4; found.Count < MaxCandidates && at <= window.Length - 12; at += 4)
        {
            var next = window[at..].IndexOf("moof"u8);
            if (next < 0 || (at += next) > window.Length - 12)
                break;
            if (window[(at + 8)..(at + 12)].SequenceEqual("mfhd"u8))
                found.Add(start + at - 4);
        }
        return found;
    }

    private async ValueTask<bool> SucceedsAsync(long start, CancellationToken cancellationToken)
    {
        foreach (var track in movie.Tracks)
            track.Fragments = null;
        var outcome = await WalkAsync(start, cancellationToken);
        // The picture's length matters; a fragment of sound alone leads on to an earlier one.
        if (outcome.Damage is not null || movie.Tracks.Exists(track => track.IsVideo && track.Fragments is null))
            return false;
        Settle(outcome);
        return true;
    }

    private void Settle(Outcome outcome) =>
        (Count, HasMediaData, IsTruncated, Damage) = (outcome.Fragments, outcome.HasMediaData, outcome.IsTruncated, outcome.Damage);

    /// <summary>Goes from box to box up to the end of the file.</summary>
    private async ValueTask<Outcome> WalkAsync(long position, CancellationToken cancellationToken)
    {
        var isFromFirst = position == _first;
        if (isFromFirst)
        {
            foreach (var track in movie.Tracks)
                track.Fragments = null;
        }
        var fragments = new MovieFragmentReader(reader, movie);
        var outcome = default(Outcome);
        while (position <= reader.Length - 8)
        {
            var header = (int)Math.Min(16, reader.Length - position);
            if (!await reader.HasAsync(position, header, WindowedReader.Tiny, cancellationToken))
                return outcome with { Damage = "it is cut into more fragments than we look at" };
            if (!Box.TryRead(reader.Span(position, header), position, reader.Length, out var box) || !BoxType.IsPlausible(box.Type))
                return outcome with { Damage = "what follows a fragment is not video data" };
            if (box.End > reader.Length)
                return outcome with { IsTruncated = true };
            if (box.Type == BoxType.Mdat)
            {
                outcome = outcome with { HasMediaData = true };
            }
            else if (box.Type == BoxType.Moof)
            {
                if (await fragments.ReadAsync(box, isFromFirst, cancellationToken) is { } damage)
                    return outcome with { Damage = damage };
                outcome = outcome with { Fragments = outcome.Fragments + 1 };
            }
            position = box.End;
        }
        return position < reader.Length ? outcome with { IsTruncated = true } : outcome;
    }

    /// <summary>What a walk came across.</summary>
    private readonly record struct Outcome(int Fragments, bool HasMediaData, bool IsTruncated, string? Damage);
}
