using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Core.Notifications;

/// <summary>What an event gives to tell: notices, at most one of a type, nothing, or <paramref name="Wait"/>: what it needs is not written yet.</summary>
public readonly record struct Telling(IReadOnlyList<Notice>? Notices, string? Wait = null)
{
    public static readonly Telling Nothing;

    public static implicit operator Telling(Notice notice) => new([notice]);
}

/// <summary>Turns events into notices: the one place that says who hears of what.</summary>
public sealed class Notices(Records records, SeriesRecords series, LibraryRecords library, TierRecords tiers, Talk talk, Audience audience, BlockList blocks)
{
    public static ValueTask<Telling> OfAsync(ApplicationDecided happened) => new(new Notice(
        happened.Approved ? NoticeTypes.ApplicationApproved : NoticeTypes.ApplicationRejected, [happened.CreatorId],
        new(CreatorId: happened.CreatorId, Programme: happened.Programme.ToString().ToLowerInvariant())));

    /// <summary>What moderation strikes for is a rule; the platform writes a sentence, which is for her alone.</summary>
    public static ValueTask<Telling> OfAsync(StrikeChanged happened) => new(new Notice(
        happened.Withdrawn ? NoticeTypes.StrikeWithdrawn : NoticeTypes.StrikeGiven, [happened.CreatorId],
        new(
            CreatorId: happened.CreatorId, StrikeId: happened.StrikeId, Until: happened.Withdrawn ? null : happened.ExpiresAt.UtcDateTime,
            Rule: happened.Source == StrikeSources.Moderation ? happened.Reason : null, Note: happened.Source == StrikeSources.Moderation ? null : happened.Reason)));

    public static ValueTask<Telling> OfAsync(SuspensionChanged happened) => new(new Notice(
        happened.Suspended ? NoticeTypes.ProgrammeSuspended : NoticeTypes.ProgrammeResumed, [happened.CreatorId],
        new(
            CreatorId: happened.CreatorId, Programme: happened.Programme.ToString().ToLowerInvariant(), Until: happened.Until?.UtcDateTime,
            Lapsed: happened.Suspended && happened.Lapsed.Count > 0 ? happened.Lapsed : null)));

    public ValueTask<Telling> OfAsync(SeriesPublished happened, CancellationToken cancellationToken) =>
        AboutAsync(NoticeTypes.SeriesApproved, [happened.CreatorId], new(CreatorId: happened.CreatorId, SeriesId: happened.SeriesId, Revision: happened.Revision), cancellationToken);

    /// <summary>That a revision was approved is told once it is on sale: <see cref="SeriesPublished"/>.</summary>
    public async ValueTask<Telling> OfAsync(CaseDecided happened, CancellationToken cancellationToken)
    {
        if (happened.Comment is { } comment)
        {
            var what = happened.Verdict switch
            {
                Verdict.Remove => NoticeTypes.CommentRemoved,
                Verdict.Reverse => NoticeTypes.CommentRestored,
                _ => null,
            };
            return what is not null && comment.AuthorId != UserId.Erased
                ? await AboutAsync(
                    what, [comment.AuthorId],
                    new(ViewerId: comment.AuthorId, SeriesId: happened.SeriesId, VideoId: comment.Spot.VideoId, CommentId: comment.Id, Rule: happened.Rule, Note: happened.Note), cancellationToken)
                : Telling.Nothing;
        }
        var type = happened.Verdict switch
        {
            Verdict.RequestChanges => NoticeTypes.SeriesChangesRequested,
            Verdict.Remove => NoticeTypes.SeriesRemoved,
            _ => null,
        };
        if (type is null || await series.FindAsync(happened.SeriesId, cancellationToken) is not { Value: { } of })
            return Telling.Nothing;
        return new Notice(type, [of.CreatorId], new(
            CreatorId: of.CreatorId, SeriesId: of.Id, Title: of.Draft.Title, Revision: happened.Revision, Rule: happened.Rule, Note: happened.Note));
    }

    /// <summary>The creator hears of every payment, and a subscriber of every period after the first.</summary>
    public async ValueTask<Telling> OfAsync(PurchaseSettled happened, CancellationToken cancellationToken)
    {
        var facts = new NoticeFacts(CreatorId: happened.CreatorId, ViewerId: happened.BuyerId, SeriesId: happened.SeriesId, PurchaseId: happened.PurchaseId, Amount: happened.Amount);
        if (happened.SubscriptionId is not { } id)
            return await AboutAsync(NoticeTypes.PurchaseSold, [happened.CreatorId], facts, cancellationToken);
        var purchase = (await records.FindAsync<Purchase>(Purchase.In(happened.BuyerId), Purchase.DocumentId(happened.PurchaseId), cancellationToken))?.Value;
        facts = await OfTierAsync(facts with { SubscriptionId = id, TierId = purchase?.Period?.TierId }, cancellationToken);
        var sold = new Notice(NoticeTypes.PurchaseSold, [happened.CreatorId], facts);
        return purchase is { Period: { Reason: InvoiceReason.Period } period } && await SubscriptionAsync(happened.BuyerId, id, cancellationToken) is { } subscription && purchase.PaidAt > subscription.FirstPaidAt
            ? new Telling([sold, new(NoticeTypes.SubscriptionRenewed, [happened.BuyerId], facts with { Until = period.To.UtcDateTime })])
            : sold;
    }

    /// <summary>One that nobody was ever charged for began and ended without a word. That a renewal failed is told while it is so.</summary>
    public async ValueTask<Telling> OfAsync(SubscriptionMoved happened, CancellationToken cancellationToken)
    {
        if (await SubscriptionAsync(happened.ViewerId, happened.SubscriptionId, cancellationToken) is not { FirstPaidAt: not null } of)
            return Telling.Nothing;
        var facts = await OfTierAsync(new(CreatorId: of.CreatorId, ViewerId: of.ViewerId, SubscriptionId: of.Id, TierId: happened.TierId), cancellationToken);
        return (happened.From, happened.To) switch
        {
            (_, SubscriptionState.Ended) => new Notice(NoticeTypes.SubscriptionEnded, [of.CreatorId, of.ViewerId], facts with { Reason = happened.Reason, Until = of.AccessUntil?.UtcDateTime }),
            (SubscriptionState.Incomplete, _) => new Notice(NoticeTypes.SubscriptionStarted, [of.CreatorId, of.ViewerId], facts),
            (_, SubscriptionState.PastDue) when of.State == SubscriptionState.PastDue => new Notice(NoticeTypes.SubscriptionRenewalFailed, [of.ViewerId], facts with { Until = of.AccessUntil?.UtcDateTime }),
            _ => Telling.Nothing,
        };
    }

    /// <summary>For whoever wrote what was replied to, if she may still read it and wants to hear of who replied.</summary>
    public async ValueTask<Telling> OfAsync(CommentReplied happened, CancellationToken cancellationToken)
    {
        if ((await talk.FindAsync(happened.Spot, happened.CommentId, cancellationToken))?.Value is not { State: CommentState.Visible, ParentId: { } parentId } reply
            || (await talk.FindAsync(happened.Spot, parentId, cancellationToken))?.Value is not { State: CommentState.Visible } parent
            || parent.AuthorId == reply.AuthorId
            || await blocks.HasBlockedAsync(parent.AuthorId, reply.AuthorId, cancellationToken)
            || !(await audience.AdmitAsync(happened.Spot, parent.AuthorId, cancellationToken)).IsOk(out _, out _))
            return Telling.Nothing;
        return await AboutAsync(
            NoticeTypes.CommentReplied, [parent.AuthorId], new(SeriesId: new(happened.Spot.Of), VideoId: happened.Spot.VideoId, CommentId: reply.Id, ParentId: parent.Id), cancellationToken);
    }

    /// <summary>Buyer and creator both hear of it. A payment that never was a sale is nobody's but the books'.</summary>
    public async ValueTask<Telling> OfAsync(PurchaseRefunded happened, CancellationToken cancellationToken)
    {
        if (happened.CreatorId == Ledger.Accounts.Platform)
            return Telling.Nothing;
        var owner = await records.FindAsync<CheckoutOwner>(CheckoutOwner.In(happened.PurchaseId.Checkout), CheckoutOwner.DocumentId, cancellationToken);
        if (owner is null)
            return new(null, "owner-not-noted");
        UserId? buyer = owner.Value.Erased ? null : owner.Value.BuyerId;
        return await AboutAsync(
            NoticeTypes.PurchaseRefunded, buyer is { } told ? [happened.CreatorId, told] : [happened.CreatorId],
            new(CreatorId: happened.CreatorId, ViewerId: buyer, SeriesId: owner.Value.SeriesId, PurchaseId: happened.PurchaseId, RefundId: happened.RefundId, Amount: happened.Amount),
            cancellationToken);
    }

    public ValueTask<Telling> OfAsync(DiscountStarted happened, CancellationToken cancellationToken) =>
        AboutAsync(NoticeTypes.DiscountStarted, [happened.CreatorId], new(CreatorId: happened.CreatorId, SeriesId: happened.SeriesId, DiscountId: happened.DiscountId), cancellationToken);

    public ValueTask<Telling> OfAsync(DiscountEnded happened, CancellationToken cancellationToken) =>
        AboutAsync(NoticeTypes.DiscountEnded, [happened.CreatorId], new(CreatorId: happened.CreatorId, SeriesId: happened.SeriesId, DiscountId: happened.DiscountId), cancellationToken);

    public static ValueTask<Telling> OfAsync(VideoValidated happened) => new(new Notice(
        NoticeTypes.VideoValidated, [happened.CreatorId], new(CreatorId: happened.CreatorId, VideoId: happened.VideoId, Accepted: happened.Accepted)));

    /// <summary>The access as it is by now: events come in any order, and the last word is the true one.</summary>
    public async ValueTask<Telling> OfAsync(AccessChanged happened, CancellationToken cancellationToken)
    {
        var access = (await library.AccessAsync(happened.ViewerId, happened.SeriesId, cancellationToken))?.Value;
        return await AboutAsync(
            NoticeTypes.AccessChanged, [happened.ViewerId], new(ViewerId: happened.ViewerId, SeriesId: happened.SeriesId, HasAccess: access?.IsLive == true), cancellationToken);
    }

    public static ValueTask<Telling> OfAsync(EndpointDisabled happened) =>
        new(new Notice(NoticeTypes.EndpointDisabled, [happened.RegisteredBy], new(EndpointId: happened.EndpointId, Reason: happened.Reason)));

    private async ValueTask<Subscription?> SubscriptionAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        (await records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken))?.Value;

    private async ValueTask<NoticeFacts> OfTierAsync(NoticeFacts facts, CancellationToken cancellationToken) =>
        facts is { CreatorId: { } creator, TierId: { } id } ? facts with { Title = (await tiers.FindAsync(creator, cancellationToken))?.Value.Find(id)?.Name } : facts;

    private async ValueTask<Telling> AboutAsync(string type, IReadOnlyList<UserId> receivers, NoticeFacts facts, CancellationToken cancellationToken)
    {
        var shown = facts.SeriesId is { } id ? (await series.FindShownAsync(id, cancellationToken))?.Value : null;
        return new Notice(type, receivers, facts with { Title = shown?.Content.Title });
    }
}
