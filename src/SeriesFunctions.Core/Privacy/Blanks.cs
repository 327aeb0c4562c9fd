using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Privacy;

/// <summary>What of a record stays when the person is erased, pure: amounts, series, times, states and the ids by which something that comes later finds it. The same object where nothing is left to take away.</summary>
internal static class Blanks
{
    /// <summary>Which link led to it stays, so that a refund is counted where the sale was; when she followed it goes.</summary>
    public static CheckoutRecord Of(CheckoutRecord checkout, DateTimeOffset now) => Same(checkout, checkout with
    {
        Title = "",
        SuccessUrl = "",
        CancelUrl = "",
        PayUrl = null,
        LinkCode = LinkOf(checkout.LinkCode),
        ErasedAt = checkout.ErasedAt ?? now,
    });

    public static Purchase Of(Purchase purchase, DateTimeOffset now) => purchase.ErasedAt is not null && purchase.Refunds.All(refund => refund.Reason.Length == 0)
        ? purchase
        : purchase with { Refunds = [.. purchase.Refunds.Select(refund => refund with { Reason = "" })], ErasedAt = purchase.ErasedAt ?? now };

    public static ReturnedPayment Of(ReturnedPayment returned, DateTimeOffset now) => Of(returned.As, now) is var taken && ReferenceEquals(taken, returned.As) ? returned : returned with { As = taken };

    public static Subscription Of(Subscription subscription, DateTimeOffset now) => Same(subscription, subscription with
    {
        Title = "",
        SuccessUrl = "",
        CancelUrl = "",
        PayUrl = null,
        LinkCode = LinkOf(subscription.LinkCode),
        ErasedAt = subscription.ErasedAt ?? now,
    });

    public static CodePaid Of(CodePaid paid) => Same(paid, paid with { BuyerId = UserId.Erased });

    public static GatheredReport Of(GatheredReport report) => Same(report, report with { ReporterId = UserId.Erased, Note = null });

    /// <summary>About her comment: with it her part in the case goes.</summary>
    public static Case OfComment(Case about) =>
        Same(about, OfSeries(about) with { CreatorId = UserId.Erased, Comment = about.Comment! with { AuthorId = UserId.Erased, Text = "" } });

    /// <summary>About her series.</summary>
    public static Case OfSeries(Case about) => Same(about, about with { Title = "", Appeal = about.Appeal is { } appeal ? appeal with { Note = "" } : null });

    /// <summary>Null when no strike counts any more: then it goes as a whole.</summary>
    public static (CreatorStanding Left, TimeSpan For)? Of(CreatorStanding standing, DateTimeOffset now, CreatorsOptions options)
    {
        var active = standing.ActiveStrikes(now, options);
        return active.Count == 0 ? null : (CreatorStanding.New(standing.Id) with { Strikes = active }, active[^1].At + options.StrikeWindow - now);
    }

    public static Payee Of(Payee payee) => payee.Country is null && payee.Due.Count == 0 ? payee : payee with { Country = null, Due = [] };

    public static Video Of(Video video, DateTimeOffset now) => Same(video, video with { FileName = "", Title = "", WithdrawnAt = video.WithdrawnAt ?? now });

    public static Cover Of(Cover cover) => Same(cover, cover with { FileName = "" });

    public static LedgerTransaction Of(LedgerTransaction transaction) => Same(transaction, transaction with { Note = null });

    public static Payout Of(Payout payout) => Same(payout, payout with { Reason = null });

    public static CommissionPolicy Of(CommissionPolicy policy) =>
        policy.Versions.All(version => version.Reason.Length == 0) ? policy : new([.. policy.Versions.Select(version => version with { Reason = "" })]);

    /// <summary>As its buyers have it, and nothing beyond.</summary>
    public static Series Of(Series head, PublicSeries shown, DateTimeOffset now)
    {
        var state = head.State == SeriesState.Published ? SeriesState.Unlisted : head.State;
        return head.State == state && head.ReviewNote is null && head.Edits is null && head.Offers.Count == 0 && head.DraftState == DraftState.Approved && RevisionChanges.Of(shown.Content, head.Draft).IsEmpty
            ? head
            : (head with { State = state, Draft = shown.Content, DraftState = DraftState.Approved, ReviewNote = null, Edits = null, Offers = [] }).Changed(now);
    }

    private static string? LinkOf(string? linkCode) => linkCode is null ? null : Referral.Parse(linkCode).Code;

    private static T Same<T>(T before, T after)
        where T : class => before.Equals(after) ? before : after;
}
