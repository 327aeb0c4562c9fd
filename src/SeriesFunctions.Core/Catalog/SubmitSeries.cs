using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Catalog;

/// <summary>The owner hands the working copy to review. Asked again while it is in review, it answers the same.</summary>
public sealed class SubmitSeries(Records records, SeriesRecords series, CreatorRecords creators, VideoRecords videos, TimeProvider clock)
{
    public async ValueTask<Result<Stored<Series>>> HandleAsync(SeriesId id, UserId owner, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (await creators.MayCreateAsync(owner, cancellationToken) is { } refused)
            return refused;
        if (!SeriesLife.Next(SeriesLife.PhaseOf(before.Value), SeriesCommand.Submit).IsOk(out var next, out problem))
            return problem;
        if (next == SeriesLife.PhaseOf(before.Value))
            return before;
        var approved = (await series.FindPublicAsync(id, cancellationToken))?.Value.Content;
        var uploaded = await videos.FindAllAsync(owner, before.Value.Draft.Videos.Select(v => v.Id), cancellationToken);
        var now = clock.GetUtcNow();
        if (!Publishing.Submit(before.Value, approved, uploaded.ToDictionary(video => video.Key, video => video.Value.Value), now).IsOk(out var submitted, out problem))
            return problem;
        var (after, revision) = submitted;
        // Held first: whoever deletes one of the new videos at this moment either was faster, and this stops here, or finds it changed.
        if (!await videos.HoldAsync(owner, [.. revision.Changes!.Added.Select(video => uploaded[video.Id])], cancellationToken))
            return Problem.Conflict("changed-meanwhile", "One of the videos changed just now. Look at the series and submit again.");
        var outcome = await records.SaveAsync(
            SeriesRecords.Change(before, after, shown: null, now)
                .Create(SeriesRevision.DocumentId(revision.Number), revision)
                .Emit(new SeriesSubmitted(id, revision.Number, owner), now),
            cancellationToken);
        if (!outcome.IsOk)
            return Problem.Conflict("changed-meanwhile", "The series changed just now. Look at it and submit again.");
        Telemetry.Count("series-submitted");
        return new Stored<Series>(after, outcome.ETags[0]!);
    }
}

/// <summary>The owner takes a series off sale or puts it back, which takes a creator: who was erased and comes back is none. Doing it again changes nothing.</summary>
public sealed class ListSeries(Records records, SeriesRecords series, CreatorRecords creators, TimeProvider clock)
{
    public async ValueTask<Result<Stored<Series>>> HandleAsync(SeriesId id, UserId owner, bool listed, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
                return problem;
            if (listed && await creators.StatusAsync(owner, Programme.Series, cancellationToken) == ProgrammeStatus.None)
                return CreatorRecords.CreatorRequired;
            var shown = await series.FindPublicAsync(id, cancellationToken);
            var now = clock.GetUtcNow();
            if (!Publishing.SetListed(before.Value, listed, now).IsOk(out var after, out problem))
                return problem;
            if (ReferenceEquals(after, before.Value))
                return before;
            var outcome = await records.SaveAsync(SeriesRecords.Change(before, after, shown, now), cancellationToken);
            if (outcome.IsOk)
                return new Stored<Series>(after, outcome.ETags[0]!);
        }
    }
}
