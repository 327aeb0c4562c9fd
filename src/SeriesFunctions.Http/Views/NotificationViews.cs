using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Http.Views;

/// <summary>A line of the caller's feed. <paramref name="About"/> holds what the type has, e.g. <c>seriesId</c> and <c>amount</c> of <c>purchase.sold</c>.</summary>
public sealed record NotificationView(string NotificationId, string Type, DateTimeOffset At, bool Read, NoticeFacts About)
{
    public static NotificationView Of(FeedLine line) => new(line.Notification.Id, line.Notification.Type, line.Notification.At, line.IsRead, line.Notification.Facts);
}

/// <summary>A page of the feed, newest first. <paramref name="UnreadCount"/> is of the whole feed and stops at 100: that many or more.</summary>
public sealed record FeedView(IReadOnlyList<NotificationView> Items, string? NextCursor, int UnreadCount);

/// <summary>Either everything up to and with one line, or up to 100 single ones.</summary>
public sealed record MarkReadRequest(string? UpTo = null, List<string>? Ids = null);

public sealed record UnreadView(int UnreadCount);
