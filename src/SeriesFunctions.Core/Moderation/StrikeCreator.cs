using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// A removal counts against its creator, or, <paramref name="Withdrawn"/>, doesn't any more since an appeal reversed it. <paramref name="At"/> is when it was decided that she
/// gets it, <paramref name="DecidedAt"/> when this was.
/// </summary>
public sealed record StrikeDecided(CaseId CaseId, UserId CreatorId, DateTimeOffset At, string Rule, bool Withdrawn, DateTimeOffset DecidedAt, SeriesId? SeriesId = null) : IEvent
{
    public static string Name => "strike-decided";

    public static int Version => 1;

    public static StrikeDecided Of(Case decided, Decision decision) => new(decided.Id, decided.CreatorId, decision.At, decision.Rule, Withdrawn: false, decision.At, decided.SeriesId);
}

/// <summary>Off the queue: keeps what moderation decided with the creator's standing, under the case's id. Any order and any number of times is fine, as for the platform's strikes.</summary>
public sealed class StrikeCreator(ReportStrike report) : IHandle<StrikeDecided>
{
    public async ValueTask<Handled> HandleAsync(StrikeDecided message, CancellationToken cancellationToken)
    {
        // Another instance's clock may have been ahead when the strike was decided: taking it back is later all the same.
        var decidedAt = message.DecidedAt < message.At ? message.At : message.DecidedAt;
        var kept = await report.HandleAsync(message.CreatorId, StrikeSources.Moderation, message.CaseId.Value, message.At, message.Rule, message.Withdrawn, decidedAt, message.SeriesId, cancellationToken);
        return kept.Problem is { } problem ? Handled.Retry(problem.Code) : Handled.Done;
    }
}
