using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Http.Views;

/// <summary>No title: the video's own.</summary>
public sealed record PublishExclusiveRequest(VideoId VideoId, IReadOnlyList<string> TierIds, string? Title = null, string? Description = null);

/// <summary>A merge patch; what is changed goes to review.</summary>
public sealed record EditExclusiveRequest(string? Title = null, string? Description = null);

public sealed record ExclusiveTiersRequest(IReadOnlyList<string> TierIds);

/// <summary>What moderation said last.</summary>
public sealed record ExclusiveNoteView(string Rule, string Note, DateTimeOffset At);

/// <summary>A video for subscribers as its creator has it, with the texts that she wrote last; <paramref name="DraftState"/> says whether these are what subscribers see.</summary>
public sealed record MyExclusiveView(
    SeriesId ExclusiveId, VideoId VideoId, SeriesState State, DraftState DraftState, string Title, string Description, long? DurationMs, IReadOnlyList<TierId> TierIds, ExclusiveNoteView? ReviewNote, DateTimeOffset? PublishedAt, DateTimeOffset CreatedAt)
{
    public static MyExclusiveView Of(ExclusiveEntry entry) => new(entry.Id, entry.VideoId, entry.State, entry.DraftState, entry.Title, entry.Description, entry.DurationMs, entry.Tiers, null, entry.PublishedAt, entry.CreatedAt);

    public static MyExclusiveView Of(Series head) => Of(ExclusiveEntry.Of(head)) with { ReviewNote = head.ReviewNote is { } note ? new(note.Rule, note.Note, note.At) : null };
}

/// <summary>
/// A video for subscribers as they see it: no media, which is at its playback route, and nothing of who else may watch it. Likes and comments are at <c>/v1/series/{exclusiveId}/videos/{videoId}/…</c>.
/// </summary>
public sealed record ExclusiveView(SeriesId ExclusiveId, VideoId VideoId, UserId CreatorId, string Title, string Description, long? DurationMs, DateTimeOffset PublishedAt)
{
    public static ExclusiveView Of(ExclusiveEntry entry) => new(entry.Id, entry.VideoId, entry.CreatorId, entry.Title, entry.Description, entry.DurationMs, entry.PublishedAt!.Value);
}
