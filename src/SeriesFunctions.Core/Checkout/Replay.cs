using System.Globalization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

public enum ReplayState
{
    Running,
    Done,

    /// <summary>The provider's object could not be applied; <see cref="Replay.Reason"/> says why.</summary>
    Failed,
}

/// <summary>
/// What an operator asked to be done again: one event, one object of the provider's, or every event received in a time. Document <c>{id}</c> of partition <c>replays</c>.
/// Exactly one of <paramref name="EventId"/>, <paramref name="ObjectId"/> and <paramref name="From"/> with <paramref name="To"/> is there. <paramref name="Sent"/> counts events that were sent again.
/// </summary>
public sealed record Replay(
    string Id, string? EventId, string? ObjectId, DateTimeOffset? From, DateTimeOffset? To, string By, DateTimeOffset At, ReplayState State, long Sent, DateTimeOffset? NextHour, string? Reason)
{
    public static readonly Partition In = new("replays");

    public string Sort => Id;
}

/// <summary>A replay is to go on.</summary>
public sealed record ReplayAsked(string ReplayId, long Step, int Try = 0, DateTimeOffset? Since = null) : IEvent
{
    public static string Name => "replay-asked";

    public static int Version => 1;
}

/// <summary>An operator has events or objects applied again. Applying is a function of how things stand at the provider, so doing it once too often changes nothing.</summary>
public sealed class StartReplay(Records records, IdempotencyClaims claims, TimeProvider clock)
{
    private static readonly TimeSpan MostTime = TimeSpan.FromDays(92);

    public async ValueTask<Result<Replay>> HandleAsync(string? eventId, string? objectId, DateTimeOffset? from, DateTimeOffset? to, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var asked = (eventId is null ? 0 : 1) + (objectId is null ? 0 : 1) + (from is null && to is null ? 0 : 1);
        var checks = new FieldChecks()
            .Must(asked == 1, "eventId", "one-of", "Name one event, or one object, or a time from and to.")
            .Must(eventId is null || Ids.IsValid(eventId), "eventId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")
            .Must(objectId is null || Ids.IsValid(objectId) && KindOf(objectId) is not null, "objectId", "bad-id", "The provider's id of a session (cs_…), a payment (pi_…), a subscription (sub_…) or an account (acct_…).")
            .Must(from is null == to is null, "to", "one-of", "A time has a from and a to.")
            .Must(from is null || to is null || from < to && to - from <= MostTime, "to", "out-of-range", "Behind from, and at most 92 days.");
        if (!checks.AllGood)
            return checks.Problem;
        if (eventId is not null && await records.FindAsync<InboxEvent>(InboxEvent.In(eventId), InboxEvent.DocumentId, cancellationToken) is null)
            return Problem.NotFound("event");

        var now = clock.GetUtcNow();
        if (!(await claims.ClaimAsync(key, key.IdFor("rep", now), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        var replay = new Replay(id, eventId, objectId, from, to, by.Value, now, ReplayState.Running, 0, from, null);
        var outcome = await records.SaveAsync(
            new Batch(Replay.In).Create(id, replay, replay.Sort, InboxEvent.KeptFor).Emit(new ReplayAsked(id, 0), now, id: Ids.Derived("evt", $"{id} 0")), cancellationToken);
        if (!outcome.IsOk && await records.FindAsync<Replay>(Replay.In, id, cancellationToken) is { } earlier)
            return earlier.Value;
        return replay;
    }

    public async ValueTask<Result<Replay>> ShowAsync(string id, CancellationToken cancellationToken) =>
        await records.FindAsync<Replay>(Replay.In, id, cancellationToken) is { } found ? found.Value : Problem.NotFound("replay");

    public static ProviderObject? KindOf(string objectId) => objectId switch
    {
        _ when objectId.StartsWith("cs_", StringComparison.Ordinal) => ProviderObject.Session,
        _ when objectId.StartsWith("pi_", StringComparison.Ordinal) => ProviderObject.Payment,
        _ when objectId.StartsWith("acct_", StringComparison.Ordinal) => ProviderObject.Account,
        _ when objectId.StartsWith("sub_", StringComparison.Ordinal) => ProviderObject.Subscription,
        _ => null,
    };
}

/// <summary>Off the queue: does a replay, an hour of events a step, so that a crash costs a step and no more.</summary>
public sealed class RunReplay(Records records, ApplyProviderEvent apply, TimeProvider clock) : IHandle<ReplayAsked>
{
    public async ValueTask<Handled> HandleAsync(ReplayAsked message, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Replay>(Replay.In, message.ReplayId, cancellationToken) is not { Value.State: ReplayState.Running } stored)
            return Handled.Done;
        var replay = stored.Value;
        var now = clock.GetUtcNow();
        if (replay.ObjectId is { } objectId)
        {
            var applied = await apply.ApplyAsync(StartReplay.KindOf(objectId) ?? ProviderObject.Other, objectId, cancellationToken);
            if (applied == SettlePayment.ChangedMeanwhile)
                return Handled.Retry("changed-meanwhile");
            if (applied.As == SettledAs.Unavailable)
            {
                return await Patience.AgainAsync(
                    records, Replay.In, $"{replay.Id} {message.Try}", message.Try, message.Since, now, since => message with { Try = message.Try + 1, Since = since }, applied.Reason, cancellationToken);
            }
            return await SaveAsync(stored, replay with { State = applied.As == SettledAs.Done ? ReplayState.Done : ReplayState.Failed, Reason = applied.Reason }, null, cancellationToken);
        }
        if (replay.EventId is { } eventId)
            return await SaveAsync(stored, replay with { State = ReplayState.Done, Sent = await AgainAsync(eventId, now, cancellationToken) ? 1 : 0 }, null, cancellationToken);

        var hour = replay.NextHour!.Value;
        var sent = replay.Sent;
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<InboxEntry>(InboxEntry.In(hour), SortRange.Prefix(""), Direction.Ascending, new(PageRequest.MaxLimit, cursor), cancellationToken);
            if (!read.IsOk(out var page, out var problem))
                return Handled.Poison(problem.Code);
            foreach (var entry in page.Items.Where(entry => entry.ReceivedAt >= replay.From && entry.ReceivedAt < replay.To))
            {
                if (await AgainAsync(entry.EventId, now, cancellationToken))
                    sent++;
            }
            cursor = page.Cursor;
        }
        while (cursor is not null);
        var next = new DateTimeOffset(hour.UtcTicks - hour.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(1);
        var after = replay with { Sent = sent, NextHour = next, State = next < replay.To ? ReplayState.Running : ReplayState.Done };
        return await SaveAsync(stored, after, after.State == ReplayState.Running ? message.Step + 1 : null, cancellationToken);
    }

    /// <summary>The event is to be applied once more, with the patience of a new one. One that waits anyway is hurried.</summary>
    private async ValueTask<bool> AgainAsync(string eventId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await records.FindAsync<InboxEvent>(InboxEvent.In(eventId), InboxEvent.DocumentId, cancellationToken) is not { } stored)
                return false;
            var after = stored.Value with { AppliedAt = null, State = InboxState.Received, WaitingSince = now, Tries = stored.Value.Tries + 1 };
            var outcome = await records.SaveAsync(
                new Batch(InboxEvent.In(eventId))
                    .Replace(InboxEvent.DocumentId, after, stored.ETag, timeToLive: after.TimeLeft(now))
                    .Emit(new ProviderEventReceived(eventId, after.Tries), now, id: Ids.Derived("evt", string.Create(CultureInfo.InvariantCulture, $"{eventId} {after.Tries}"))),
                cancellationToken);
            if (outcome.IsOk)
                return true;
        }
    }

    private async ValueTask<Handled> SaveAsync(Stored<Replay> before, Replay after, long? step, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var batch = new Batch(Replay.In).Replace(after.Id, after, before.ETag, after.Sort, InboxEvent.KeptFor);
        if (step is { } next)
            batch.Emit(new ReplayAsked(after.Id, next), now, id: Ids.Derived("evt", $"{after.Id} {next}"));
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}

/// <summary>An operator looks at messages that nobody could handle, and has them tried again.</summary>
public sealed class DeadLetters(IMessageQueue queue)
{
    private const int MostOfOneQueue = 100;

    /// <summary>Of one queue or of all, oldest first in each.</summary>
    public async ValueTask<Result<IReadOnlyList<DeadLetter>>> ListAsync(string? of, CancellationToken cancellationToken)
    {
        if (of is not null && !Queues.All.Contains(of))
            return new Problem(ProblemKind.Malformed, "bad-queue", $"queue is one of: {string.Join(", ", Queues.All)}.");
        var letters = new List<DeadLetter>();
        foreach (var name in of is null ? Queues.All : [of])
            letters.AddRange(await queue.ListDeadLettersAsync(name, MostOfOneQueue, cancellationToken));
        return letters;
    }

    public async ValueTask<Result<Done>> ReplayAsync(string of, string messageId, CancellationToken cancellationToken)
    {
        if (!Queues.All.Contains(of) || !await queue.ReplayDeadLetterAsync(of, messageId, cancellationToken))
            return Problem.NotFound("dead letter");
        Telemetry.Count("dead-letter-replayed");
        return Done.Value;
    }
}
