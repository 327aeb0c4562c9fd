using System.Text.Json.Serialization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>Where a series is in its life. Source: product rules, "Series".</summary>
public enum SeriesState
{
    Draft,
    InReview,
    ChangesRequested,
    Published,
    Unlisted,
    Removed,
}

/// <summary>Where the working copy is. Before the first approval it goes with <see cref="SeriesState"/>; afterwards it is the pending revision.</summary>
public enum DraftState
{
    /// <summary>The same as what is approved; nothing is pending.</summary>
    Approved,
    Editing,
    InReview,
    ChangesRequested,
}

/// <summary>
/// A series as its creator works on it: document <c>series</c> of partition <c>series|{id}</c>. What shoppers and buyers see is <see cref="PublicSeries"/>.
/// <paramref name="Version"/> grows by one with every write, so that an index never goes back. <paramref name="Edits"/> tells which of the last writes changed what;
/// <paramref name="Reversed"/> are the decisions of moderation that an appeal reversed. <paramref name="Tiers"/> makes it a video for subscribers of these, and not for sale: see docs/adr/0042.
/// </summary>
public sealed record Series(
    SeriesId Id,
    UserId CreatorId,
    SeriesState State,
    Money Price,
    SeriesContent Draft,
    DraftState DraftState,
    int LastRevision,
    int ApprovedRevision,
    IReadOnlyList<Offer> Offers,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? PublishedAt,
    ReviewNote? ReviewNote,
    long Version,
    IReadOnlyList<SeriesEdit>? Edits = null,
    Removal? Removal = null,
    IReadOnlyList<CaseId>? Reversed = null,
    IReadOnlyList<TierId>? Tiers = null)
{
    public const string DocumentId = "series";

    public const int MaxVideos = 80;

    public static Partition In(SeriesId id) => new($"series|{id}");

    /// <summary>True once a revision was approved: from then on the price stands.</summary>
    public bool WasPublished => ApprovedRevision > 0;

    public Series Changed(DateTimeOffset now) => this with { UpdatedAt = now, Version = Version + 1 };
}

/// <summary>What moderation said last, in which case; <paramref name="Former"/> is what it had said before and what still holds.</summary>
public sealed record ReviewNote(int Revision, string Rule, string Note, DateTimeOffset At, CaseId? CaseId = null, ReviewNote? Former = null);

/// <summary>All that can be edited and reviewed.</summary>
public sealed record SeriesContent(
    string Title,
    string Description,
    string Category,
    string? CoverId,
    VideoId? PreviewVideoId,
    IReadOnlyList<SeriesVideo> Videos);

/// <summary>
/// A video's place in a series. <paramref name="DurationMs"/> is null until the file was validated. <paramref name="RetiredAt"/> is since when it is no part of what is sold; of one that went before that was
/// kept it is null.
/// </summary>
public sealed record SeriesVideo(VideoId Id, string Title, long? DurationMs, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RetiredAt = null);

/// <summary>
/// What was submitted, unchanging: document <c>revision|{n}</c> of the series' partition. What a moderator decides on: <paramref name="Changes"/> is what it changes
/// of the revision <paramref name="BasedOn"/>, 0 where none was approved yet.
/// </summary>
public sealed record SeriesRevision(SeriesId SeriesId, int Number, UserId CreatorId, SeriesContent Content, DateTimeOffset SubmittedAt, int BasedOn, RevisionChanges? Changes, bool ForSubscribers = false)
{
    public static string DocumentId(int number) => $"revision|{number:D6}";
}

/// <summary>
/// The approved revision, as everybody may see it: document <c>public</c> of the series' partition. One point read serves a shopper:
/// the price comes from <paramref name="Price"/>, <paramref name="Offers"/> and the clock.
/// <paramref name="RetiredVideos"/> were in an earlier approved revision: whoever bought the series until then keeps them (<see cref="For"/>).
/// <paramref name="DeletedAt"/> is set once its creator deleted the series: nobody sees or buys it any more, and a payment that was on its way
/// when that happened still leads to what was paid for. <paramref name="Withheld"/>: it was removed for good reason and nobody watches it, buyers included.
/// </summary>
[ReadOften]
public sealed record PublicSeries(
    SeriesId Id,
    UserId CreatorId,
    string? CreatorHandle,
    SeriesState State,
    int Revision,
    SeriesContent Content,
    Money Price,
    IReadOnlyList<Offer> Offers,
    IReadOnlyList<SeriesVideo> RetiredVideos,
    DateTimeOffset PublishedAt,
    long Version,
    DateTimeOffset? DeletedAt = null,
    bool Withheld = false,
    IReadOnlyList<TierId>? Tiers = null)
{
    public const string DocumentId = "public";

    public Quote QuoteAt(DateTimeOffset now) => Quote.At(Price, Offers, now);

    public Quote QuoteAt(CodeTerms? code, long lowest, DateTimeOffset now) => Quote.At(Price, Offers, code, lowest, now);

    /// <summary>
    /// The series as it is somebody's: of what was taken out she has only what she had. Source: product rules, "Series" ("its buyers keep every video they bought"). Its creator has all of it.
    /// </summary>
    /// <param name="user">Who asks.</param>
    /// <param name="access">Hers to this series; null: none.</param>
    public PublicSeries For(UserId user, Access? access) => CreatorId == user || RetiredVideos.All(video => Keeps(access, video))
        ? this
        : this with { RetiredVideos = [.. RetiredVideos.Where(video => Keeps(access, video))] };

    private static bool Keeps(Access? access, SeriesVideo retired) => retired.RetiredAt is not { } at || access?.HadAt(at) == true;

    /// <summary>The video, when it is or was part of the series.</summary>
    public SeriesVideo? Find(VideoId video) =>
        Content.Videos.FirstOrDefault(v => v.Id == video) ?? RetiredVideos.FirstOrDefault(v => v.Id == video);
}

/// <summary>One line of a list: what a page of the catalogue shows. Found under <c>catalog|…</c> and <c>creator|…</c>.</summary>
[ReadOften]
public sealed record CatalogEntry(
    SeriesId SeriesId,
    UserId CreatorId,
    string? CreatorHandle,
    string Title,
    string Category,
    bool HasCover,
    SeriesState State,
    Money Price,
    IReadOnlyList<Offer> Offers,
    int VideoCount,
    long TotalDurationMs,
    DateTimeOffset? PublishedAt,
    DateTimeOffset CreatedAt,
    long Version);
