using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Notifications;

/// <summary>What can be told, by the names that clients and the platform know: stable, <c>{what}.{happened}</c>.</summary>
public static class NoticeTypes
{
    public const string ApplicationApproved = "application.approved";
    public const string ApplicationRejected = "application.rejected";
    public const string StrikeGiven = "strike.given";
    public const string StrikeWithdrawn = "strike.withdrawn";
    public const string ProgrammeSuspended = "programme.suspended";
    public const string ProgrammeResumed = "programme.resumed";
    public const string SeriesApproved = "series.approved";
    public const string SeriesChangesRequested = "series.changes-requested";
    public const string SeriesRemoved = "series.removed";
    public const string PurchaseSold = "purchase.sold";
    public const string PurchaseRefunded = "purchase.refunded";
    public const string DiscountStarted = "discount.started";
    public const string DiscountEnded = "discount.ended";
    public const string VideoValidated = "video.validated";
    public const string AccessChanged = "access.changed";

    /// <summary>Somebody has paid for the first time.</summary>
    public const string SubscriptionStarted = "subscription.started";

    /// <summary>Another period is paid.</summary>
    public const string SubscriptionRenewed = "subscription.renewed";

    /// <summary>The next period could not be charged; access goes on until <c>until</c>.</summary>
    public const string SubscriptionRenewalFailed = "subscription.renewal-failed";

    public const string SubscriptionEnded = "subscription.ended";

    /// <summary>For its author, and nobody else.</summary>
    public const string CommentRemoved = "comment.removed";

    /// <summary>Its removal was reversed: for its author, and nobody else.</summary>
    public const string CommentRestored = "comment.restored";

    /// <summary>For the author of what was replied to, and nobody else.</summary>
    public const string CommentReplied = "comment.replied";

    /// <summary>For whoever registered it, and nobody else.</summary>
    public const string EndpointDisabled = "webhook-endpoint.disabled";

    /// <summary>What an endpoint of the platform can be told.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        ApplicationApproved, ApplicationRejected, StrikeGiven, StrikeWithdrawn, ProgrammeSuspended, ProgrammeResumed, SeriesApproved, SeriesChangesRequested, SeriesRemoved, PurchaseSold, PurchaseRefunded, DiscountStarted, DiscountEnded,
        VideoValidated, AccessChanged, SubscriptionStarted, SubscriptionRenewed, SubscriptionRenewalFailed, SubscriptionEnded,
    ];
}

/// <summary>
/// What a notice is about; only what its type has is there. <paramref name="Title"/> is the series' as shoppers see it, or the tier's name. <paramref name="Note"/> is what a moderator wrote to the creator:
/// it is for her alone and never leaves in a webhook. <paramref name="Until"/> (UTC) is when a strike expires, the clock ends a suspension, or a subscription's period or grace is over;
/// <paramref name="Lapsed"/> names the rules for which somebody is suspended until the platform reports something else.
/// </summary>
public sealed record NoticeFacts(
    UserId? CreatorId = null,
    UserId? ViewerId = null,
    SeriesId? SeriesId = null,
    string? Title = null,
    VideoId? VideoId = null,
    DiscountId? DiscountId = null,
    PurchaseId? PurchaseId = null,
    string? RefundId = null,
    string? Programme = null,
    int? Revision = null,
    string? Rule = null,
    string? Note = null,
    Money? Amount = null,
    bool? Accepted = null,
    bool? HasAccess = null,
    string? EndpointId = null,
    string? Reason = null,
    CommentId? CommentId = null,
    CommentId? ParentId = null,
    SubscriptionId? SubscriptionId = null,
    TierId? TierId = null,
    string? StrikeId = null,
    DateTime? Until = null,
    IReadOnlyList<string>? Lapsed = null);

/// <summary>Something to tell: to <paramref name="Receivers"/> in their feeds, and to the platform.</summary>
public sealed record Notice(string Type, IReadOnlyList<UserId> Receivers, NoticeFacts Facts);

/// <summary>A line of somebody's feed: document <c>note|{id}</c> of partition <c>feed|{receiver}</c>, gone at <paramref name="ExpiresAt"/>. <paramref name="ReadAt"/> is set where she read it by itself.</summary>
public sealed record Notification(string Id, string Type, DateTimeOffset At, DateTimeOffset ToldAt, DateTimeOffset ExpiresAt, NoticeFacts Facts, DateTimeOffset? ReadAt = null)
{
    public const string SortPrefix = "n|";

    public static Partition In(UserId receiver) => new($"feed|{receiver}");

    public static string DocumentId(string id) => $"note|{id}";

    /// <summary>The same event tells the same person once, however often it is handled: the id is made of both.</summary>
    public static string IdOf(string eventId, string type, UserId receiver, DateTimeOffset at) => Ids.Derived("ntf", $"{eventId} {type} {receiver}", at);

    /// <summary>By when it was told, not by when it happened: what is read up to here stays read, and what comes late is new.</summary>
    public string Sort => $"{SortPrefix}{CatalogLists.Time(ToldAt)}|{Id}";
}

/// <summary>Up to where a feed was read: document <c>mark</c> of the feed's partition. <paramref name="UpTo"/> is a notification's sort key.</summary>
public sealed record FeedMark(string UpTo)
{
    public const string DocumentId = "mark";
}
