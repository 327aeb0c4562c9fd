using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Audit;

/// <summary>One value that changed. Null: there was none, or there is none any more. A text that people wrote is <c>(text)</c>: that it changed is told, what it says is not.</summary>
public sealed record AuditField(string Field, string? Before, string? After);

/// <summary>One record that changed: its kind and what of it.</summary>
public sealed record AuditChange(string Record, IReadOnlyList<AuditField> Fields);

/// <summary>
/// Who did what to what. Written once under each of <c>audit|object|{id}</c>, <c>audit|actor|{id}</c> and <c>audit|day|{yyyyMMdd}</c>, never changed and never deleted.
/// Holds ids, states, amounts and times; nothing that describes a person.
/// </summary>
/// <param name="Id">Its own.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who; <c>$system</c> for a rule.</param>
/// <param name="Role"><c>moderator</c>, <c>operator</c>, <c>platform</c>, <c>user</c> or <c>system</c>.</param>
/// <param name="Action">The operation's name, as in the API's document; for <c>system</c> the event's.</param>
/// <param name="Objects">Ids of what it was done to, those of the path first; <see cref="AuditTrail.MostObjects"/> at most.</param>
/// <param name="Changes">Empty where no record of ours changed.</param>
/// <param name="TraceId">Leads to the log of the request.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, UserId Actor, string Role, string Action, IReadOnlyList<string> Objects, IReadOnlyList<AuditChange> Changes, string? TraceId = null)
{
    public static Partition OfObject(string id) => new($"audit|object|{id}");

    public static Partition OfActor(UserId actor) => new($"audit|actor|{actor}");

    public static Partition OfDay(DateTimeOffset at) => new($"audit|day|{CatalogLists.Time(at)[..8]}");

    public string Sort => $"{CatalogLists.Time(At)}|{Id}";
}

/// <summary>Where an action came from: document <c>from|{entry}</c> of the actor's partition. Personal, so it lies beside the entry and goes after <see cref="AuditOptions.OriginKeptFor"/>.</summary>
public sealed record AuditOrigin(string From)
{
    public static string DocumentId(string entry) => $"from|{entry}";
}

/// <summary>Something was done, in the batch that this event left with.</summary>
public sealed record AuditNoted(AuditEntry Entry, string? From) : IEvent
{
    public static string Name => "audit-noted";

    public static int Version => 1;
}
