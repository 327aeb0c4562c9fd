using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Engagement;

/// <summary>Where a comment is.</summary>
public enum CommentState
{
    Visible,

    /// <summary>The text checks found something that a person has to look at; only its author sees it.</summary>
    Held,

    /// <summary>The creator took it out of sight; its author and she still see it.</summary>
    Hidden,

    /// <summary>Moderation took it away.</summary>
    Removed,

    /// <summary>Its author took it back. The text is gone.</summary>
    Deleted,
}

/// <summary>Which decision took a comment away, and what it was before: a reversal gives back exactly that.</summary>
public sealed record CommentRemoval(CaseId CaseId, CommentState From, bool Pinned);

/// <summary>
/// What somebody wrote about a video, or in reply to that: document <c>comment|{id}</c> of partition <c>talk|{spot}</c>. One that stands out has a copy, <c>top|{id}</c> (<paramref name="ByWorth"/>): the
/// one sorts by time, the other by worth, and they are written together. <paramref name="Version"/> grows with the text alone, so that a like makes nobody's edit stale; <paramref name="Likes"/> and
/// <paramref name="Replies"/> follow what is counted (<see cref="CommentCount"/>). The id comes from the key of the request that made it, and <paramref name="Request"/> is the hash of what that asked for.
/// </summary>
public sealed record Comment(
    CommentId Id, UserId AuthorId, CommentId? ParentId, string Text, CommentState State, DateTimeOffset At, int Version = 1, DateTimeOffset? EditedAt = null, long Likes = 0, long Replies = 0,
    bool Pinned = false, CommentRemoval? Removed = null, string? Request = null,
    bool ByWorth = false)
{
    public static Partition In(Spot spot) => new($"talk|{spot.Key}");

    public static string DocumentId(CommentId id) => $"comment|{id}";

    public static string TopId(CommentId id) => $"top|{id}";

    public static string RepliesPrefix(CommentId id) => $"reply|{id}|";

    /// <summary>Both orders, one behind the other: read backwards, what stands out by worth comes first, and then everything by time.</summary>
    public const string ListedPrefix = "listed|";
    public const string NewestPrefix = "listed|0|";
    private const string WorthPrefix = "listed|1|";
    public const string HiddenPrefix = "hidden|";

    /// <summary>In sight; what its author took back keeps its place while there are replies to it.</summary>
    public bool IsListed => State == CommentState.Visible || State == CommentState.Deleted && Replies > 0;

    /// <summary>Somebody liked it or replied, or it is pinned. What does not stand out is by worth where it is by time, and needs no copy.</summary>
    public bool StandsOut => ParentId is null && (Pinned || Likes + Replies > 0);

    /// <summary>Read backwards, but for replies: the pinned one first, then the newest; of copies the pinned one, then by likes and replies, then the newest. Hidden ones are a list of their own.</summary>
    public string? Sort => this switch
    {
        { ByWorth: true } => IsListed ? string.Create(CultureInfo.InvariantCulture, $"{WorthPrefix}{(Pinned ? 1 : 0)}|{Likes + Replies:D10}|{Moment}") : null,
        { State: CommentState.Hidden } => $"{HiddenPrefix}{Moment}",
        { IsListed: false } => null,
        { ParentId: { } parent } => $"{RepliesPrefix(parent)}{Moment}",
        _ => $"{NewestPrefix}{(Pinned ? 1 : 0)}|{Moment}",
    };

    private string Moment => $"{CatalogLists.Time(At)}|{Id}";
}

/// <summary>
/// A part of what is counted about a comment, or about all comments of a video (<see cref="All"/>: then <paramref name="Replies"/> are all comments in sight and the
/// replies that they show): document <c>count|{about}|{part}</c> of the talk. Written in the batch of what it counts, by whoever wrote that, so that many at once seldom meet.
/// </summary>
public sealed record CommentCount(long Likes, long Replies)
{
    public const int Parts = 8;

    public const string All = "all";

    public static string DocumentId(string about, UserId by) => string.Create(CultureInfo.InvariantCulture, $"{Prefix(about)}{Spread.Of(by.Value, Parts)}");

    public static string Prefix(string about) => $"count|{about}|";
}

/// <summary>The comments of one video that somebody likes: document <c>liked|{viewer}</c> of the talk. One point read marks a whole page.</summary>
public sealed record LikedComments(IReadOnlyList<CommentId> Ids)
{
    /// <summary>Of one video. Source: ours; keeps the document small.</summary>
    public const int Most = 500;

    public static string DocumentId(UserId viewer) => $"liked|{viewer}";
}

/// <summary>The comment that its creator pinned: document <c>pinned</c> of the talk. One at a time.</summary>
public sealed record PinnedComment(CommentId Id)
{
    public const string DocumentId = "pinned";
}

/// <summary>Likes or replies of a comment changed in number; its place in the order by worth is to follow.</summary>
public sealed record CommentCounted(Spot Spot, CommentId CommentId) : IEvent
{
    public static string Name => "comment-counted";

    public static int Version => 1;
}

/// <summary>The text checks left a comment to a person.</summary>
public sealed record CommentHeld(Spot Spot, CommentId CommentId, UserId AuthorId, string Text, string Finding) : IEvent
{
    public static string Name => "comment-held";

    public static int Version => 1;
}

/// <summary>A reply came into sight for the first time.</summary>
public sealed record CommentReplied(Spot Spot, CommentId CommentId) : IEvent
{
    public static string Name => "comment-replied";

    public static int Version => 1;
}
