using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Gifts;

/// <summary>A gift with what is public of its series.</summary>
public sealed record GiftSeen(Stored<Gift> Gift, PublicSeries? Series);

/// <summary>Somebody looks at what she was given.</summary>
public sealed class ShowGifts(GiftRecords gifts, SeriesRecords series)
{
    public async ValueTask<Result<GiftSeen>> FindAsync(GiftId id, UserId receiver, CancellationToken cancellationToken) =>
        (await gifts.FindAsync(receiver, id, null, cancellationToken)).Gift is { } gift ? await SeenAsync(gift, cancellationToken) : Problem.NotFound("gift");

    public async ValueTask<Result<RecordPage<GiftSeen>>> PageAsync(UserId receiver, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await gifts.ListAsync(receiver, page, cancellationToken)).IsOk(out var found, out var problem))
            return problem;
        var seen = new List<GiftSeen>(found.Items.Count);
        foreach (var gift in found.Items)
            seen.Add(await SeenAsync(new(gift, ""), cancellationToken));
        return new RecordPage<GiftSeen>(seen, found.Cursor);
    }

    private async ValueTask<GiftSeen> SeenAsync(Stored<Gift> gift, CancellationToken cancellationToken) =>
        new(gift, (await series.FindPublicAsync(gift.Value.SeriesId, cancellationToken))?.Value);
}

/// <summary>The receiver accepts or declines. The same answer again changes nothing.</summary>
public sealed class AnswerGift(GiftRecords gifts, SeriesRecords series, TimeProvider clock)
{
    public async ValueTask<Result<GiftSeen>> HandleAsync(GiftId id, UserId receiver, bool accept, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = await gifts.FindAsync(receiver, id, null, cancellationToken);
            var now = clock.GetUtcNow();
            if (!(accept ? GiftRules.Accept(before.Books, now) : GiftRules.Decline(before.Books, now)).IsOk(out var after, out var problem))
            {
                // Gift and access are two reads: the same answer, given twice at once, may have been stored between them.
                if ((await gifts.FindAsync(receiver, id, null, cancellationToken)).Gift?.ETag != before.Gift?.ETag)
                    continue;
                return problem;
            }
            var saved = after == before.Books ? before.Gift : await gifts.SaveAsync(before, after, now, cancellationToken);
            if (saved is null)
                continue;
            Telemetry.Count(accept ? "gift-accepted" : "gift-declined");
            return new GiftSeen(saved, (await series.FindPublicAsync(saved.Value.SeriesId, cancellationToken))?.Value);
        }
    }
}
