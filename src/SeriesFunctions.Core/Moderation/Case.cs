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

public enum Verdict
{
    Approve,
    RequestChanges,
    Remove,
}

/// <summary>What one automatic check found. <paramref name="Passed"/> false with <paramref name="Clear"/> true decides the case without a person.</summary>
public sealed record CheckResult(string Check, bool Passed, bool Clear, string? Finding);

/// <summary>Who decided what, by which rule and why. Never changed once written.</summary>
public sealed record Decision(CaseId CaseId, Verdict Verdict, string DecidedBy, string Rule, string Note, DateTimeOffset At)
{
    /// <summary>What decisions of the automatic checks are signed with.</summary>
    public const string Automatic = "automatic-checks";

    public static string DocumentId(CaseId id) => $"decision|{id}";
}

/// <summary>A revision that waits for review or was reviewed: document <c>case|{id}</c> of partition <c>cases|{shard}</c>.</summary>
public sealed record Case(
    CaseId Id,
    SeriesId SeriesId,
    UserId CreatorId,
    int Revision,
    string Title,
    CaseState State,
    IReadOnlyList<CheckResult> Checks,
    Decision? Decision,
    DateTimeOffset OpenedAt)
{
    /// <summary>Cases are spread over so many partitions; a list merges them.</summary>
    public const int Shards = 4;

    public static string DocumentId(CaseId id) => $"case|{id}";

    public static Partition In(CaseId id) => Shard((int)(Fnv(id.Value) % Shards));

    public static Partition Shard(int shard) => new(string.Create(CultureInfo.InvariantCulture, $"cases|{shard}"));

    /// <summary>Oldest first within a state.</summary>
    public string Sort => SortPrefix(State) + Position;

    /// <summary>Where it stands among the cases of its state: its age, then its id.</summary>
    public string Position => $"{CatalogLists.Time(OpenedAt)}|{Id}";

    public static string SortPrefix(CaseState state) => state == CaseState.Open ? "open|" : "decided|";

    /// <summary>The case of a submitted revision: the same submission opens the same case.</summary>
    public static CaseId IdOf(SeriesId series, int revision) => new(string.Create(CultureInfo.InvariantCulture, $"cas{series.Value[3..]}-{revision:D4}"));

    private static uint Fnv(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return hash;
    }
}

/// <summary>A case was decided; its series is to follow.</summary>
public sealed record CaseDecided(CaseId CaseId, SeriesId SeriesId, int Revision, Verdict Verdict, string Rule, string Note) : IEvent
{
    public static string Name => "case-decided";

    public static int Version => 1;
}
