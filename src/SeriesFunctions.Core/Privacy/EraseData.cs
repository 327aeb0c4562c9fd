using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Privacy;

/// <summary>
/// Off the queue: one turn of an erasure. It does a bounded part and leaves a checkpoint with the message of the next one, in one batch. What it does can be done twice, so a turn that was cut off anywhere is
/// simply done again; a message of an earlier turn does nothing. See docs/adr/0035.
/// </summary>
internal sealed class EraseData(
    Records records, FindBlockers blockers, ErasureOfTalk talk, ErasureOfSeries series, ErasureOfCreator creator, ErasureOfViewer viewer, ErasureOfTheRest rest, TimeProvider clock, PrivacyOptions options)
    : IHandle<ErasureDue>
{
    /// <summary>When the provider does not answer, or somebody writes to the same document all the time.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    public async ValueTask<Handled> HandleAsync(ErasureDue message, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<DataErasure>(DataExport.In(message.UserId), DataErasure.DocumentId, cancellationToken) is not { Value.IsUnderWay: true } job
            || job.Value.Id != message.Id || job.Value.Turn != message.Turn)
            return Handled.Done;
        var now = clock.GetUtcNow();
        if (job.Value.NextAt - now is var left && left > TimeSpan.Zero)
            return Handled.Retry("not-yet", left);
        var turn = new ErasureTurn(job.Value, now, options);
        ErasurePlace? place = job.Value.Place;
        while (place is not null && !turn.IsOver)
        {
            place = await StepAsync(turn, place, cancellationToken) ?? Next(place.Step);
            if (place?.Step == ErasureStep.SaidOfOthers && place.After is null && turn.Blockers.Count > 0)
                return await SaveAsync(job, After(job.Value, turn, place) with { State = ErasureState.Blocked, Sold = [] }, null, cancellationToken);
        }
        var after = After(job.Value, turn, place ?? new(ErasureStep.Sales));
        if (place is not null)
            return await SaveAsync(job, after, turn.Waits ? now + Later : now, cancellationToken);
        Telemetry.Count(job.Value.IsSecondPass ? "erasure-done" : "erasure-first-pass");
        return job.Value.IsSecondPass
            ? await SaveAsync(job, after with { State = ErasureState.Done, DoneAt = now, Sold = [] }, null, cancellationToken)
            : await SaveAsync(
                job,
                after with
                {
                    IsSecondPass = true,
                    SecondPassAt = now + options.ErasureSecondPassAfter,
                    Documents = after.Documents.Select(counted => (counted.Key, Value: counted.Value.ForNextPass())).Where(counted => counted.Value != ErasureCount.None).ToDictionary(counted => counted.Key, counted => counted.Value),
                },
                now + options.ErasureSecondPassAfter,
                cancellationToken);
    }

    private ValueTask<ErasurePlace?> StepAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => at.Step switch
    {
        ErasureStep.BlockersOfViewer => blockers.OfViewerAsync(turn, at, cancellationToken),
        ErasureStep.BlockersOfCreator => blockers.OfCreatorAsync(turn, at, cancellationToken),
        ErasureStep.Sales => blockers.SalesAsync(turn, at, cancellationToken),
        ErasureStep.SaidOfOthers => talk.OfOthersAsync(turn, at, cancellationToken),
        ErasureStep.SaidOfOwn => talk.OfOwnAsync(turn, at, cancellationToken),
        ErasureStep.Series => series.HandleAsync(turn, at, cancellationToken),
        ErasureStep.Creator => creator.HandleAsync(turn, at, cancellationToken),
        ErasureStep.Viewer => viewer.HandleAsync(turn, at, cancellationToken),
        ErasureStep.Feed => rest.FeedAsync(turn, at, cancellationToken),
        ErasureStep.Trail => rest.TrailAsync(turn, at, cancellationToken),
        ErasureStep.Books => rest.BooksAsync(turn, at, cancellationToken),
        ErasureStep.Rest => rest.RestAsync(turn, at, cancellationToken),
        _ => throw new InvalidOperationException($"Nobody does {at.Step}."),
    };

    private static ErasurePlace? Next(ErasureStep step) => step == ErasureStep.Rest ? null : new(step + 1);

    private static DataErasure After(DataErasure before, ErasureTurn turn, ErasurePlace place) => before with
    {
        State = ErasureState.Running,
        Turn = before.Turn + 1,
        Place = place,
        Blockers = [.. turn.Blockers],
        Sold = [.. turn.Sold],
        Documents = turn.Counts.ToDictionary(),
    };

    /// <summary><paramref name="nextAt"/> null: this was the last turn.</summary>
    private async ValueTask<Handled> SaveAsync(Stored<DataErasure> before, DataErasure after, DateTimeOffset? nextAt, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var batch = new Batch(DataExport.In(after.UserId)).Replace(
            DataErasure.DocumentId, nextAt is { } at ? after with { NextAt = at } : after, before.ETag, timeToLive: nextAt is null ? options.ErasureReportsKeptFor : RequestErasure.RecordKeptFor);
        if (nextAt is { } dueAt)
            batch.Emit(new ErasureDue(after.Id, after.UserId, after.Turn), now, dueAt: dueAt > now ? dueAt : null);
        // Somebody else made the same turn, or it was asked for anew: what counts is what is there now.
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}
