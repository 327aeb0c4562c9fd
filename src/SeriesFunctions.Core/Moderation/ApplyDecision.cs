using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Off the queue: the series follows what was decided about its revision.</summary>
public sealed class ApplyDecision(Records records, SeriesRecords series, CreatorRecords creators, TimeProvider clock) : IHandle<CaseDecided>
{
    /// <summary>The creator may write at the same time; then it is looked at again. A decision that the table refuses by now changes nothing.</summary>
    public async ValueTask<Handled> HandleAsync(CaseDecided message, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(message, cancellationToken))
                return Handled.Done;
        }
    }

    private async ValueTask<bool> TryAsync(CaseDecided message, CancellationToken cancellationToken)
    {
        var id = message.SeriesId;
        if (await series.FindAsync(id, cancellationToken) is not { } before || await series.FindRevisionAsync(id, message.Revision, cancellationToken) is not { } revision)
            return true;
        var now = clock.GetUtcNow();
        var shown = await series.FindPublicAsync(id, cancellationToken);
        Batch batch;
        switch (message.Verdict)
        {
            case Verdict.Approve:
                var handle = (await creators.ProfileAsync(before.Value.CreatorId, cancellationToken))?.Value.Handle;
                if (!Publishing.Approve(before.Value, revision, shown?.Value, handle, now).IsOk(out var approved, out _))
                    return true;
                batch = SeriesRecords.Change(before, approved.Series, shown: null, now)
                    .Save(PublicSeries.DocumentId, shown, approved.Public)
                    .Emit(new SeriesPublished(id, message.Revision, approved.Series.CreatorId), now);
                break;
            case Verdict.RequestChanges:
                if (!Publishing.RequestChanges(before.Value, message.Revision, message.Rule, message.Note, now).IsOk(out var sentBack, out _))
                    return true;
                batch = SeriesRecords.Change(before, sentBack, shown: null, now);
                break;
            case Verdict.Remove:
                if (!Publishing.Remove(before.Value, message.Revision, message.Rule, message.Note, now).IsOk(out var removed, out _))
                    return true;
                batch = SeriesRecords.Change(before, removed, shown, now);
                break;
            default:
                throw new InvalidOperationException($"Nobody applies {message.Verdict} yet.");
        }
        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return false;
        Telemetry.Count(message.Verdict switch { Verdict.Approve => "series-published", Verdict.Remove => "series-removed", _ => "changes-requested" });
        return true;
    }
}
