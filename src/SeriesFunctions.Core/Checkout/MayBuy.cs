using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Checkout;

/// <summary>What can be bought, and what the buyer has of it as it was read: written back with these etags, so that what was true when it was decided is true when it is stored.</summary>
public sealed record Sale(PublicSeries Shown, Stored<Access>? Access, Stored<OpenCheckout>? Open);

/// <summary>Whether somebody may buy a series at this moment, for herself or for <c>giftTo</c>. Source: product rules, "Checkout, purchase, access"; gifts: ADR 21.</summary>
public sealed class MayBuy(Records records, SeriesRecords series, LibraryRecords library, CreatorRecords creators)
{
    public async ValueTask<Result<Sale>> HandleAsync(SeriesId id, UserId buyer, UserId? giftTo, CancellationToken cancellationToken)
    {
        if (await series.FindPublicAsync(id, cancellationToken) is not { Value: { State: SeriesState.Published } shown })
            return Problem.NotFound("series");
        if (shown.CreatorId == buyer && giftTo is null)
            return Problem.Conflict("own-series", "A creator has her own series already.");
        if (await Privacy.DataErasure.RefusesToPayAsync(records, buyer, cancellationToken) is { } leaving)
            return leaving;
        // Before the access: a checkout that was paid since is not open any more, and then its access is there to be seen.
        var open = await records.FindAsync<OpenCheckout>(CheckoutRecord.In(buyer), OpenCheckout.DocumentId(id, giftTo), cancellationToken);
        var access = await library.AccessAsync(buyer, id, cancellationToken);
        if (giftTo is { } receiver)
        {
            if (await MayGiveAsync(shown, buyer, receiver, cancellationToken) is { } refused)
                return refused;
        }
        else if (access?.Value.IsLive == true)
            return Problem.Conflict("already-owned", "You have this series already.");
        else if (access?.Value.Grants.Any(grant => grant.State == GrantState.Suspended) == true)
            return Problem.Conflict("purchase-disputed", "An earlier payment for this series is disputed. Until that is settled it can't be bought again.");
        if (await creators.StatusAsync(shown.CreatorId, Programme.Series, cancellationToken) == ProgrammeStatus.Suspended)
            return Problem.Conflict("not-for-sale", "This series can't be bought at the moment.");
        return new Sale(shown, access, open);
    }

    private async ValueTask<Problem?> MayGiveAsync(PublicSeries shown, UserId buyer, UserId receiver, CancellationToken cancellationToken)
    {
        if (receiver == buyer)
            return Problem.Conflict("gift-to-self", "A gift is for somebody else.");
        if (shown.CreatorId == receiver || (await library.AccessAsync(receiver, shown.Id, cancellationToken))?.Value.IsLive == true)
            return Problem.Conflict("receiver-owns-it", "This viewer has the series already.");
        return await records.FindAsync<OfferedGift>(Gift.In(receiver), OfferedGift.DocumentId(shown.Id), cancellationToken) is null
            ? null
            : Problem.Conflict("gift-waiting", "This viewer has a gift of this series that waits for an answer.");
    }
}
