using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Creators;

/// <summary>A strike counts from now on, or, <paramref name="Withdrawn"/>, doesn't any more since it was taken back. One that expires is no news: she was told when it would.</summary>
public sealed record StrikeChanged(UserId CreatorId, string Source, string StrikeId, string Reason, DateTimeOffset At, DateTimeOffset ExpiresAt, bool Withdrawn) : IEvent
{
    public static string Name => "strike-changed";

    public static int Version => 1;
}

/// <summary>
/// Somebody's part in a programme is suspended, or is so no longer. <paramref name="Until"/> is when the clock will end it, null where that depends on the platform's next report;
/// <paramref name="Lapsed"/> names the rules that have to last and don't hold.
/// </summary>
public sealed record SuspensionChanged(UserId CreatorId, Programme Programme, bool Suspended, DateTimeOffset? Until, IReadOnlyList<string> Lapsed) : IEvent
{
    public static string Name => "suspension-changed";

    public static int Version => 1;
}

/// <summary>The clock may end a suspension at <paramref name="At"/>; whether it does is looked up then.</summary>
public sealed record SuspensionDue(UserId CreatorId, DateTimeOffset At) : IEvent
{
    public static string Name => "suspension-due";

    public static int Version => 1;
}

/// <summary>
/// What a changed standing gives to tell. The clock decides about a suspension and nothing is stored of it (docs/adr/0031); what is noted here, <see cref="Membership.SuspensionTold"/>, is only
/// what she was told, so that she hears of each beginning and each end once. Source: ours, docs/adr/0047.
/// </summary>
public static class StandingNews
{
    /// <summary>A batch that stores the changed standing and tells what is new about it. The standing with the note is in it.</summary>
    public static Batch Change(Stored<CreatorStanding>? before, CreatorStanding after, DateTimeOffset now, CreatorsOptions options)
    {
        var told = after;
        var moved = new List<SuspensionChanged>();
        foreach (var programme in Enum.GetValues<Programme>())
        {
            var membership = after.In(programme);
            var suspended = after.StatusAt(programme, now, options) == ProgrammeStatus.Suspended;
            if (suspended == membership.SuspensionTold is not null)
                continue;
            told = told.With(programme, membership with { SuspensionTold = suspended ? now : null });
            moved.Add(new(after.Id, programme, suspended, suspended ? after.SuspensionEndsAt(programme, now, options) : null, membership.LapsedAt(now)));
        }
        var batch = new Batch(CreatorStanding.In(after.Id)).Save(CreatorStanding.DocumentId, before, told);
        foreach (var changed in moved)
            batch.Emit(changed, now);
        foreach (var (strike, withdrawn) in Strikes(before?.Value, after, now, options))
            batch.Emit(new StrikeChanged(after.Id, strike.Source, strike.Id, strike.Reason, strike.At, strike.At + options.StrikeWindow, withdrawn), now);
        foreach (var end in Ends(after, now, options).Except(before is null ? [] : Ends(before.Value, now, options)))
            batch.Emit(new SuspensionDue(after.Id, end), now, dueAt: end);
        return batch;
    }

    /// <summary>The strikes that count now and did not before, and the other way round.</summary>
    private static IEnumerable<(Strike Strike, bool Withdrawn)> Strikes(CreatorStanding? before, CreatorStanding after, DateTimeOffset now, CreatorsOptions options)
    {
        var old = before?.ActiveStrikes(now, options) ?? [];
        var active = after.ActiveStrikes(now, options);
        return active.Where(strike => !old.Any(strike.IsAboutTheSame)).Select(strike => (strike, false))
            .Concat(old.Where(strike => !active.Any(strike.IsAboutTheSame)).Select(strike => (strike, true)));
    }

    private static IEnumerable<DateTimeOffset> Ends(CreatorStanding standing, DateTimeOffset now, CreatorsOptions options) =>
        Enum.GetValues<Programme>().Select(programme => standing.SuspensionEndsAt(programme, now, options)).OfType<DateTimeOffset>().Distinct();
}

/// <summary>Off the queue, when a suspension may be over: has its end told. Earlier, or where it goes on, nothing happens.</summary>
public sealed class TellSuspensionEnd(Records records, CreatorRecords creators, TimeProvider clock) : IHandle<SuspensionDue>
{
    public async ValueTask<Handled> HandleAsync(SuspensionDue message, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // The queue's clock is ahead of this one.
        if (now < message.At)
            return Handled.Retry("not-yet", message.At - now);
        if (await creators.StandingAsync(message.CreatorId, cancellationToken) is not { } standing || creators.IsTold(standing.Value, now))
            return Handled.Done;
        return (await records.SaveAsync(creators.Change(standing, standing.Value, now), cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}
