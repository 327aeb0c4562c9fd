using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

public enum CaseState
{
    Open,
    Decided,
}

/// <summary>What a case is about.</summary>
public enum CaseKind
{
    /// <summary>A submitted revision.</summary>
    Submission,

    /// <summary>What is on sale, because viewers reported it.</summary>
    Reports,

    /// <summary>A decision that the creator appeals.</summary>
    Appeal,

    /// <summary>A comment that viewers reported, or that the text checks left to a person.</summary>
    Comment,
}

/// <summary>How soon a person should look, the most urgent first: the order of the queue.</summary>
public enum CaseRisk
{
    Critical,
    High,
    Normal,
    Low,
}

public enum Verdict
{
    /// <summary>A submission goes on sale; what was reported stays as it is.</summary>
    Approve,
    RequestChanges,
    Remove,

    /// <summary>An appealed decision stands.</summary>
    Uphold,

    /// <summary>An appealed decision is reversed.</summary>
    Reverse,
}

/// <summary>What a removal means for those who bought the series.</summary>
public enum BuyersAfter
{
    /// <summary>They keep watching. Source: product rules, "Playback" and "Series".</summary>
    Keep,

    /// <summary>Nobody watches it any more: for what must not be shown to anybody. Their grants stay as they are, so that a reversal gives back exactly what was.</summary>
    Withhold,
}

/// <summary>
/// What one automatic check found. <paramref name="Passed"/> false with <paramref name="Clear"/> true decides the case without a person. <paramref name="Points"/> is what it adds to
/// the case's risk, where the check can tell; else <see cref="CaseRisks"/> does.
/// </summary>
public sealed record CheckResult(string Check, bool Passed, bool Clear, string? Finding, int? Points = null);

/// <summary>
/// Who decided what, by which rule and why: document <c>decision|{case}</c>. Never changed once written. <paramref name="Buyers"/>, <paramref name="Strike"/> (it counts
/// against the creator) and <paramref name="BanFiles"/> (the files' hashes become known-bad content) belong to a removal.
/// </summary>
public sealed record Decision(
    CaseId CaseId, Verdict Verdict, string DecidedBy, string Rule, string Note, DateTimeOffset At, BuyersAfter Buyers = BuyersAfter.Keep, bool Strike = false, bool BanFiles = false)
{
    /// <summary>What decisions of the automatic checks are signed with.</summary>
    public const string Automatic = "automatic-checks";

    public static string DocumentId(CaseId id) => $"decision|{id}";
}

/// <summary>A moderator works on a case, alone, in <c>[since, Until)</c>.</summary>
public sealed record Lease(UserId By, DateTimeOffset Until);

/// <summary>How often a reason was given.</summary>
public sealed record ReasonCount(ReportReason Reason, int Count);

/// <summary>What the reports of a case add up to.</summary>
public sealed record ReportsGathered(int Count, int Points, IReadOnlyList<ReasonCount> Reasons);

/// <summary>What is appealed, whose decision it was, and what the creator says.</summary>
public sealed record AppealedDecision(CaseId CaseId, CaseKind Kind, Verdict Verdict, string DecidedBy, string Rule, string Note);

/// <summary>
/// Something that moderation decides: document <c>case|{id}</c> of partition <c>cases|{shard}</c>, the same partition for all cases of a series.
/// <paramref name="Revision"/> is the one that is looked at. <paramref name="OverturnedBy"/> is the appeal's case that reversed its decision.
/// </summary>
public sealed record Case(
    CaseId Id,
    SeriesId SeriesId,
    UserId CreatorId,
    int Revision,
    string Title,
    CaseState State,
    IReadOnlyList<CheckResult> Checks,
    Decision? Decision,
    DateTimeOffset OpenedAt,
    CaseKind Kind = CaseKind.Submission,
    CaseRisk Risk = CaseRisk.Low,
    Lease? Lease = null,
    ReportsGathered? Reports = null,
    AppealedDecision? Appeal = null,
    CaseId? OverturnedBy = null,
    CaseComment? Comment = null)
{
    /// <summary>Cases are spread over so many partitions; a list merges them.</summary>
    public const int Shards = 4;

    public static string DocumentId(CaseId id) => $"case|{id}";

    public static Partition In(CaseId id) => Of(id.Value.AsSpan(0, id.Value.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? dash : id.Value.Length));

    public static Partition In(SeriesId id) => Of(Stem(id));

    public static Partition Shard(int shard) => new(string.Create(CultureInfo.InvariantCulture, $"cases|{shard}"));

    /// <summary>Open ones by risk, then oldest first; decided ones oldest first.</summary>
    public string Sort => SortPrefix(State) + Position;

    /// <summary>Where it stands among the cases of its state.</summary>
    public string Position => State == CaseState.Open ? $"{(int)Risk}|{CatalogLists.Time(OpenedAt)}|{Id}" : $"{CatalogLists.Time(OpenedAt)}|{Id}";

    public static string SortPrefix(CaseState state) => state == CaseState.Open ? "open|" : "decided|";

    /// <summary>The case of a submitted revision: the same submission opens the same case.</summary>
    public static CaseId IdOf(SeriesId series, int revision) => new(string.Create(CultureInfo.InvariantCulture, $"{Stem(series)}-{revision:D4}"));

    /// <summary>The case that gathers reports until it is decided, and the one after it.</summary>
    public static CaseId IdOfReports(SeriesId series, int round) => new(string.Create(CultureInfo.InvariantCulture, $"{Stem(series)}-r{round:D4}"));

    /// <summary>The case about a comment, and the one after it was decided.</summary>
    public static CaseId IdOfComment(SeriesId series, CommentId comment, int round) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Stem(series)}-c{comment.Value.AsSpan(comment.Value.IndexOf('_') + 1)}-{round:D2}"));

    /// <summary>The appeal against a case's decision: there is one at most.</summary>
    public static CaseId IdOfAppeal(CaseId decided) => new($"{decided}-a");

    /// <summary>Who works on it now; null when it is free.</summary>
    public UserId? HeldBy(DateTimeOffset now) => Lease is { } lease && now < lease.Until ? lease.By : null;

    private static string Stem(SeriesId id) => $"cas{id.Value.AsSpan(Math.Min(3, id.Value.Length))}";

    private static Partition Of(ReadOnlySpan<char> stem)
    {
        var hash = 2166136261u;
        foreach (var c in stem)
            hash = (hash ^ c) * 16777619u;
        return Shard((int)(hash % Shards));
    }
}

/// <summary>
/// What moderation has to do with a series: document <c>series|{id}</c> of its cases' partition. <paramref name="Open"/> are the open cases, at most one of each kind but appeals;
/// <paramref name="ReportRounds"/> counts the cases that reports have opened.
/// </summary>
public sealed record SeriesCases(SeriesId SeriesId, IReadOnlyList<CaseId> Open, int ReportRounds)
{
    public static string DocumentId(SeriesId id) => $"series|{id}";

    public static SeriesCases None(SeriesId id) => new(id, [], 0);

    /// <summary>The case that gathers reports now.</summary>
    public CaseId? GatheringReports => ReportRounds > 0 && Open.Contains(Case.IdOfReports(SeriesId, ReportRounds)) ? Case.IdOfReports(SeriesId, ReportRounds) : null;

    public SeriesCases With(CaseId id) => this with { Open = [.. Open, id] };

    public SeriesCases Without(CaseId id) => this with { Open = [.. Open.Where(open => open != id)] };
}

/// <summary>A case was decided; its series is to follow. <paramref name="Appeal"/> names the decision that an appeal was about.</summary>
public sealed record CaseDecided(
    CaseId CaseId, SeriesId SeriesId, int Revision, Verdict Verdict, string Rule, string Note, CaseKind Kind = CaseKind.Submission, BuyersAfter Buyers = BuyersAfter.Keep,
    AppealedDecision? Appeal = null, CaseComment? Comment = null) : IEvent
{
    public static string Name => "case-decided";

    public static int Version => 1;

    public static CaseDecided Of(Case decided, Decision decision) => new(
        decided.Id, decided.SeriesId, decided.Revision, decision.Verdict, decision.Rule, decision.Note, decided.Kind, decision.Buyers, decided.Appeal, decided.Comment);
}
