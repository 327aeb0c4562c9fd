using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>
/// Walks a movie header. Of each track it reads up to the sample description and then goes on to the next: the sample tables behind it are
/// what makes a movie header long, and nothing in them changes the verdict.
/// </summary>
internal sealed class MovieReader(WindowedReader reader, Movie movie)
{
    /// <summary>More than any editor writes; a bound on what a hostile file makes us keep.</summary>
    private const int MaxTracks = 64;

    /// <summary>A sample description of more is not read further: what we look at stands at its beginning.</summary>
    private const int MaxDescription = 32 * 1024;

    private readonly List<Box> _open = [];
    private Track? _track;

    /// <summary>Reads the header in <paramref name="moov"/>, which lies within the file. What it finds, damage too, is in the movie afterwards.</summary>
    /// <param name="moov">The box.</param>
    /// <param name="mayStop">Asked before a further request when a video and an audio track are known: true ends the walk there.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async ValueTask ReadAsync(Box moov, Func<bool> mayStop, CancellationToken cancellationToken)
    {
        _open.Add(moov);
        var position = moov.Payload;
        while (_open.Count > 0 && movie.Damage is null)
        {
            var parent = _open[^1];
            // Fewer than 8 bytes, e.g. QuickTime's zero terminator, are no box.
            if (position > parent.End - 8)
            {
                position = parent.End;
                _open.RemoveAt(_open.Count - 1);
                continue;
            }
            if (!reader.Has(position, 8) && HasVideoAndAudio() && mayStop())
                return;
            var header = (int)Math.Min(16, parent.End - position);
            if (!await reader.HasAsync(position, header, WindowedReader.Small, cancellationToken))
            {
                movie.Damage = "its header can't be read to the end";
                return;
            }
            if (!Box.TryRead(reader.Span(position, header), position, parent.End, out var box) || box.End > parent.End)
            {
                movie.Damage = $"a part of its header ({BoxType.Text(BinaryPrimitives.ReadUInt32BigEndian(reader.Span(position + 4, 4)))}) has an impossible size";
                return;
            }
            position = await VisitAsync(box, parent.Type, cancellationToken);
        }
        if (movie.Timescale == 0)
            movie.Damage ??= "its header says nothing about the movie";
    }

    /// <summary>Where to go on: into the box, behind it, or behind all that is left of the track.</summary>
    private async ValueTask<long> VisitAsync(Box box, uint parent, CancellationToken cancellationToken)
    {
        switch (parent, box.Type)
        {
            case (BoxType.Moov, BoxType.Trak):
                if (movie.Tracks.Count == MaxTracks)
                {
                    movie.Damage = $"it has more than {MaxTracks} tracks";
                    return box.End;
                }
                _track = new Track();
                movie.Tracks.Add(_track);
                break;
            case (BoxType.Moov, BoxType.Mvex):
                movie.MayHaveFragments = true;
                break;
            case (BoxType.Moov, BoxType.Cmov or BoxType.Rmra):
                movie.IsQuickTimeOnly = true;
                return box.End;
            case (BoxType.Moov, BoxType.Pssh):
                movie.HasProtectionHeader = true;
                return box.End;
            case (BoxType.Trak, BoxType.Mdia or BoxType.Edts):
            case (BoxType.Mdia, BoxType.Minf):
            case (BoxType.Minf, BoxType.Stbl or BoxType.Dinf):
                break;
            case (BoxType.Stbl, BoxType.Stsd):
                if (await VisibleAsync(box, MaxDescription, cancellationToken))
                {
                    _track!.Description = SampleDescription.Read(reader.Visible(box.Payload, Math.Min(box.PayloadSize, MaxDescription)), _track.Handler);
                    ReadVisibleTables(box.End, _open[^1].End);
                }
                // Behind the whole media box: whatever else it has is sample tables.
                var media = _open.Count - 3;
                var end = _open[media].End;
                _open.RemoveRange(media, 3);
                return end;
            case (BoxType.Moov, BoxType.Mvhd) or (BoxType.Trak, BoxType.Tkhd) or (BoxType.Mdia, BoxType.Mdhd or BoxType.Hdlr)
                or (BoxType.Edts, BoxType.Elst) or (BoxType.Dinf, BoxType.Dref) or (BoxType.Mvex, BoxType.Trex):
                if (await VisibleAsync(box, MaxDescription, cancellationToken))
                {
                    var payload = reader.Span(box.Payload, (int)Math.Min(box.PayloadSize, MaxDescription));
                    if (MovieFields.Read(box.Type, payload, movie, _track) is { } damage)
                        movie.Damage ??= damage;
                }
                return box.End;
            default:
                return box.End;
        }
        _open.Add(box);
        return box.Payload;
    }

    private async ValueTask<bool> VisibleAsync(Box box, int max, CancellationToken cancellationToken)
    {
        if (await reader.HasAsync(box.Payload, (int)Math.Min(box.PayloadSize, max), WindowedReader.Small, cancellationToken))
            return true;
        movie.Damage ??= "its header can't be read to the end";
        return false;
    }

    /// <summary>Looks at the tables behind the sample description as far as they are in the window already; never worth a request.</summary>
    private void ReadVisibleTables(long position, long end)
    {
        Box times = default, offsets = default;
        while (end - position >= 16 && reader.Has(position, 16)
            && Box.TryRead(reader.Span(position, 16), position, end, out var box) && box.End <= end)
        {
            var visible = reader.Visible(box.Payload, box.PayloadSize);
            if (MovieFields.ReadTable(box, visible, reader.Length, _track!) is { } damage)
            {
                movie.Damage ??= damage;
                return;
            }
            times = box.Type == BoxType.Stts ? box : times;
            offsets = box.Type == BoxType.Ctts ? box : offsets;
            position = box.End;
        }
        if (offsets.Type != 0)
            _track!.CompositionEnd = MovieFields.CompositionEnd(reader.Visible(times.Payload, times.PayloadSize), reader.Visible(offsets.Payload, offsets.PayloadSize));
        else if (position > end - 16 && _track!.Times is { IsWhole: true, Duration: < long.MaxValue / 4 } told)
            _track.CompositionEnd = (long)told.Duration;
    }

    private bool HasVideoAndAudio()
    {
        var (video, audio) = (false, false);
        foreach (var track in movie.Tracks)
        {
            video |= track.IsVideo && track.Description is not null;
            audio |= track.IsAudio && track.Description is not null;
        }
        return video && audio;
    }
}
