using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Pricing;

/// <summary>How often a code is used: held by open checkouts, and paid for. Document <c>uses</c> of partition <c>code|{seriesId}|{code}</c>; its etag is what keeps the limit.</summary>
public sealed record CodeUses(int Held, int Paid)
{
    public const string DocumentId = "uses";

    public static readonly CodeUses None = new(0, 0);

    public int Total => Held + Paid;

    public static Partition In(SeriesId series, string code) => new($"code|{series}|{code}");

    public static string OfViewer(UserId viewer) => $"viewer|{viewer}";
}

/// <summary>
/// A use that an open checkout holds: document <c>hold|{buyer}|{receiver or -}</c>. One for each thing that a viewer can be buying at a time, so that a request that comes twice at
/// once finds the first one's and goes on with the same checkout.
/// </summary>
public sealed record CodeHold(CheckoutId CheckoutId, DateTimeOffset ExpiresAt)
{
    public static string DocumentId(UserId buyer, UserId? giftTo) => giftTo is { } receiver ? $"hold|{buyer}|{receiver}" : $"hold|{buyer}|-";
}

/// <summary>
/// A use that was paid for: document <c>paid|{checkoutId}</c>, kept for good, after a refund too. With <paramref name="ReleasedAt"/> it says that this checkout will never have one,
/// to whoever is about to commit it at that moment; that is kept for <see cref="ReleasedKeptFor"/>.
/// </summary>
public sealed record CodePaid(UserId BuyerId, DateTimeOffset At, DateTimeOffset? ReleasedAt = null)
{
    public static readonly TimeSpan ReleasedKeptFor = TimeSpan.FromDays(7);

    public static string DocumentId(CheckoutId id) => $"paid|{id}";
}

/// <summary>A checkout that uses a code ended, or the time of its hold is over: the use is to be brought in line with what became of it.</summary>
public sealed record CodeUseDue(SeriesId SeriesId, string Code, UserId BuyerId, UserId? GiftTo, CheckoutId CheckoutId) : IEvent
{
    public static string Name => "code-use-due";

    public static int Version => 1;
}

/// <summary>Reads codes, and holds, commits and releases their uses. Every change is one batch in the code's partition, guarded by the counters' etags.</summary>
public sealed class CodeRecords(Records records)
{
    public ValueTask<Stored<PromoCode>?> FindAsync(SeriesId series, string code, CancellationToken cancellationToken) =>
        records.FindAsync<PromoCode>(Catalog.Series.In(series), PromoCode.DocumentId(code), cancellationToken);

    /// <summary>Newest first, ended ones included.</summary>
    public ValueTask<Result<RecordPage<PromoCode>>> ListAsync(SeriesId series, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<PromoCode>(Catalog.Series.In(series), SortRange.Prefix("code|"), Direction.Descending, page, cancellationToken);

    public async ValueTask<CodeUses> UsesAsync(PromoCode code, CancellationToken cancellationToken) =>
        (await records.FindAsync<CodeUses>(CodeUses.In(code.SeriesId, code.Code), CodeUses.DocumentId, cancellationToken))?.Value ?? CodeUses.None;

    /// <summary>Why this viewer could not hold a use now; null when she could, or holds one already.</summary>
    public async ValueTask<Problem?> RefusedAsync(PromoCode code, UserId viewer, CancellationToken cancellationToken)
    {
        var partition = CodeUses.In(code.SeriesId, code.Code);
        var (all, mine) = await CountersAsync(partition, viewer, cancellationToken);
        return await records.FindAsync<CodeHold>(partition, CodeHold.DocumentId(viewer, null), cancellationToken) is null ? Refused(code, all, mine) : null;
    }

    /// <summary>
    /// Holds a use for a checkout that is about to be made, and answers that checkout's id: <see cref="CodeHold.CheckoutId"/> of <paramref name="wanted"/>, or that of a hold which the
    /// same buyer has for the same thing already. <paramref name="dead"/> is a checkout that the caller knows to have ended: its hold is taken over.
    /// Refuses with 422 <c>code-used-up</c> or <c>code-already-used</c>, and then nothing was stored.
    /// </summary>
    public async ValueTask<Result<CodeHold>> HoldAsync(
        PromoCode code, UserId buyer, UserId? giftTo, CodeHold wanted, CheckoutId? dead, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = CodeUses.In(code.SeriesId, code.Code);
        var holdId = CodeHold.DocumentId(buyer, giftTo);
        while (true)
        {
            // Before the hold: counters that count a hold of this buyer's own are never read beside a hold that is not there yet.
            var (all, mine) = await CountersAsync(partition, buyer, cancellationToken);
            var hold = await records.FindAsync<CodeHold>(partition, holdId, cancellationToken);
            if (hold is not null && hold.Value.CheckoutId != dead && hold.Value.ExpiresAt > now)
                return hold.Value;
            var due = new CodeUseDue(code.SeriesId, code.Code, buyer, giftTo, wanted.CheckoutId);
            var batch = new Batch(partition).Save(holdId, hold, wanted).Emit(due, now, dueAt: wanted.ExpiresAt);
            if (hold is null)
            {
                if (Refused(code, all, mine) is { } refused)
                    return refused;
                Count(batch, buyer, all, mine, held: 1, paid: 0);
            }
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return wanted;
        }
    }

    /// <summary>
    /// The checkout was paid: its hold becomes a use. A payment that came after its hold was released takes a use that is left; false when none is, or when it was
    /// released for good. The same again changes nothing.
    /// </summary>
    public async ValueTask<bool> CommitAsync(PromoCode code, UserId buyer, UserId? giftTo, CheckoutId checkout, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = CodeUses.In(code.SeriesId, code.Code);
        var holdId = CodeHold.DocumentId(buyer, giftTo);
        while (true)
        {
            // The hold before the use: somebody who commits the same one between the two reads is seen by the second.
            var hold = await records.FindAsync<CodeHold>(partition, holdId, cancellationToken);
            if (await records.FindAsync<CodePaid>(partition, CodePaid.DocumentId(checkout), cancellationToken) is { } paid)
                return paid.Value.ReleasedAt is null;
            var (all, mine) = await CountersAsync(partition, buyer, cancellationToken);
            var batch = new Batch(partition).Create(CodePaid.DocumentId(checkout), new CodePaid(buyer, now));
            var holds = hold?.Value.CheckoutId == checkout;
            if (holds)
                batch.Delete(holdId, hold!.ETag);
            else if (Refused(code, all, mine) is not null)
                return false;
            Count(batch, buyer, all, mine, held: holds ? -1 : 0, paid: 1);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return true;
        }
    }

    /// <summary>
    /// The checkout was not paid: its hold goes. <paramref name="forGood"/>: nor will it ever be, and a use that was committed for a payment which went back goes as well;
    /// one that somebody is about to commit can't be committed any more.
    /// </summary>
    public async ValueTask ReleaseAsync(
        SeriesId series, string code, UserId buyer, UserId? giftTo, CheckoutId checkout, bool forGood, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = CodeUses.In(series, code);
        var holdId = CodeHold.DocumentId(buyer, giftTo);
        while (true)
        {
            var hold = await records.FindAsync<CodeHold>(partition, holdId, cancellationToken);
            var use = forGood ? await records.FindAsync<CodePaid>(partition, CodePaid.DocumentId(checkout), cancellationToken) : null;
            var holds = hold?.Value.CheckoutId == checkout;
            var ends = forGood && use?.Value.ReleasedAt is null;
            if (!holds && !ends)
                return;
            var batch = new Batch(partition);
            if (holds)
                batch.Delete(holdId, hold!.ETag);
            var released = new CodePaid(buyer, use?.Value.At ?? now, now);
            if (ends && use is null)
                batch.Create(CodePaid.DocumentId(checkout), released, timeToLive: CodePaid.ReleasedKeptFor);
            else if (ends)
                batch.Replace(CodePaid.DocumentId(checkout), released, use!.ETag, timeToLive: CodePaid.ReleasedKeptFor);
            if (holds || ends && use is not null)
            {
                var (all, mine) = await CountersAsync(partition, buyer, cancellationToken);
                Count(batch, buyer, all, mine, held: holds ? -1 : 0, paid: ends && use is not null ? -1 : 0);
            }
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return;
        }
    }

    private async ValueTask<(Stored<CodeUses>? All, Stored<CodeUses>? OfViewer)> CountersAsync(Partition partition, UserId viewer, CancellationToken cancellationToken) => (
        await records.FindAsync<CodeUses>(partition, CodeUses.DocumentId, cancellationToken),
        await records.FindAsync<CodeUses>(partition, CodeUses.OfViewer(viewer), cancellationToken));

    private static Problem? Refused(PromoCode code, Stored<CodeUses>? all, Stored<CodeUses>? mine) =>
        all?.Value.Total >= code.Limit ? CodeRules.UsedUp : mine?.Value.Total >= code.PerViewer ? CodeRules.AlreadyUsed : null;

    private static void Count(Batch batch, UserId viewer, Stored<CodeUses>? all, Stored<CodeUses>? mine, int held, int paid)
    {
        batch.Save(CodeUses.DocumentId, all, Plus(all));
        // Hers goes when she is erased; what is given back afterwards is nobody's.
        if (mine is not null || held + paid > 0)
            batch.Save(CodeUses.OfViewer(viewer), mine, Plus(mine));

        CodeUses Plus(Stored<CodeUses>? before) => new((before?.Value.Held ?? 0) + held, (before?.Value.Paid ?? 0) + paid);
    }
}
