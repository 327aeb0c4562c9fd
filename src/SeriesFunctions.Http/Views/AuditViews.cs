using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Views;

/// <summary>An entry of the trail. <paramref name="From"/> is the network that the request came from, for as long as it is kept; <paramref name="TraceId"/> leads to its log.</summary>
public sealed record AuditView(
    string EntryId, DateTimeOffset At, UserId ActorId, string Role, string Action, IReadOnlyList<string> Objects, IReadOnlyList<AuditChange> Changes, string? From, string? TraceId)
{
    public static AuditView Of(AuditSeen seen) => new(
        seen.Entry.Id, seen.Entry.At, seen.Entry.Actor, seen.Entry.Role, seen.Entry.Action, seen.Entry.Objects, seen.Entry.Changes, seen.From, seen.Entry.TraceId);
}
