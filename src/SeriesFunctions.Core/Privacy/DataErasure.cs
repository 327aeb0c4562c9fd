using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Privacy;

public enum ErasureState
{
    Queued,

    /// <summary>Something of hers is open, and nothing was erased. <see cref="DataErasure.Blockers"/> say what; ask again when it is over.</summary>
    Blocked,

    /// <summary>It goes on, or waits for its second pass at <see cref="DataErasure.SecondPassAt"/>.</summary>
    Running,
    Done,
}

/// <summary>The parts of a pass, in their order: what leads somewhere is followed before it goes. The first three look for what blocks; the second pass begins with the third.</summary>
public enum ErasureStep
{
    BlockersOfViewer,
    BlockersOfCreator,
    Sales,
    SaidOfOthers,
    SaidOfOwn,
    Series,
    Creator,
    Viewer,
    Feed,
    Trail,
    Books,
    Rest,
}

/// <summary>
/// How far a pass is: behind the document <paramref name="After"/> of its step. Where a document leads to many others, <paramref name="Spot"/> is the one that was worked on last, behind its document
/// <paramref name="Inner"/>; null: it is done.
/// </summary>
public sealed record ErasurePlace(ErasureStep Step, string? After = null, string? Spot = null, string? Inner = null);

/// <summary>
/// What became of the documents of one type: how many went in all passes, how many the last pass left without what they said, and how many as they are. <paramref name="Unnamed"/> are blanked ones that nothing
/// of hers leads to any more, in all passes.
/// </summary>
public sealed record ErasureCount(long Deleted, long Blanked, long Kept, long Unnamed)
{
    public static readonly ErasureCount None = new(0, 0, 0, 0);

    /// <summary>What stays is counted anew by the pass that has the last word.</summary>
    public ErasureCount ForNextPass() => this with { Blanked = 0, Kept = 0 };
}

/// <summary>
/// Somebody is to be erased: document <c>erasure</c> of partition <c>privacy|{user}</c>, the job with its checkpoint and afterwards its report. <paramref name="Turn"/> counts its messages, of which only the
/// last one counts. <paramref name="Documents"/> counts by type; a crash forgets to count what its turn deleted, so "deleted" is "at least". <paramref name="Sold"/> are her series that somebody bought.
/// </summary>
public sealed record DataErasure(
    string Id, UserId UserId, UserId AskedBy, ErasureState State, DateTimeOffset RequestedAt, int Turn, bool IsSecondPass, ErasurePlace Place, DateTimeOffset NextAt, IReadOnlyList<string> Blockers,
    IReadOnlyList<SeriesId> Sold, IReadOnlyDictionary<string, ErasureCount> Documents, DateTimeOffset? SecondPassAt = null, DateTimeOffset? DoneAt = null)
{
    public const string DocumentId = "erasure";

    public static DataErasure New(UserId user, UserId by, DateTimeOffset now) => new(
        Ids.New("era", now), user, by, ErasureState.Queued, now, Turn: 0, IsSecondPass: false, new(ErasureStep.BlockersOfViewer), now, [], [], new Dictionary<string, ErasureCount>());

    public bool IsUnderWay => State is ErasureState.Queued or ErasureState.Running;

    /// <summary>While it goes on she begins nothing that costs money: it would be erased with the rest.</summary>
    public static async ValueTask<Problem?> RefusesToPayAsync(Records records, UserId user, CancellationToken cancellationToken) =>
        await records.FindAsync<DataErasure>(DataExport.In(user), DocumentId, cancellationToken) is { Value.IsUnderWay: true } ? UnderWay : null;

    /// <summary>Whether she asked to go and is to wait for her subscribers' last months, or goes on going: none of theirs is renewed any more.</summary>
    public static async ValueTask<bool> EndsSubscriptionsAsync(Records records, UserId creator, CancellationToken cancellationToken) =>
        await records.FindAsync<DataErasure>(DataExport.In(creator), DocumentId, cancellationToken) is { Value: var erasure }
        && (erasure.IsUnderWay || erasure.State == ErasureState.Blocked && erasure.Blockers.Contains(ErasureBlockers.Subscribers));

    private static readonly Problem UnderWay = Problem.Conflict("erasure-under-way", "Your data is being erased; what you buy now would be lost. See GET /v1/me/erasure.");
}

/// <summary>The next turn of an erasure.</summary>
public sealed record ErasureDue(string Id, UserId UserId, int Turn) : IEvent
{
    public static string Name => "erasure-due";

    public static int Version => 1;
}

/// <summary>Why an erasure is not begun, by code.</summary>
public static class ErasureBlockers
{
    public const string Checkout = "open-checkout";
    public const string Dispute = "open-dispute";
    public const string Refund = "open-refund";
    public const string Gift = "open-gift";
    public const string Review = "in-review";
    public const string Books = "uneven-books";
    public const string Subscribers = "has-subscribers";

    public static readonly IReadOnlyDictionary<string, string> Sentences = new Dictionary<string, string>
    {
        [Checkout] = "A payment page is open or a payment is under way. Wait until it has ended, half an hour as a rule.",
        [Dispute] = "A payment is disputed. Wait until the bank has decided.",
        [Refund] = "A refund is under way. Wait until it has arrived.",
        [Gift] = "A gift waits for its receiver's answer. Wait until she has given it.",
        [Review] = "A series is in review, or moderation looks at one. Wait for the decision.",
        [Books] = "The books are not even: something is owed or being paid out. Have it paid out or settled first.",
        [Subscribers] = "Viewers have paid for a month of subscription that is not over. Nothing is renewed any more and nobody new can subscribe; wait until the last month is over.",
    };
}
