using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Audit;

/// <summary>
/// Who acts in the request or the handler at hand: somebody of the staff, the platform, and others where it changes standing or publication, and what she has read so far. It goes along with the request as its trace does; every batch that is saved
/// meanwhile takes its audit entry with it, whichever use case made it. See docs/adr/0038.
/// </summary>
/// <param name="Actor">Who.</param>
/// <param name="Role">With which role: <c>moderator</c>, <c>operator</c>, <c>platform</c>, <see cref="User"/>, <see cref="System"/>.</param>
/// <param name="Action">The operation's name, as in the API's document.</param>
/// <param name="Named">The ids that the request's path names.</param>
/// <param name="From">Where the request came from, shortened; see <see cref="Shorten"/>.</param>
/// <param name="At">When it came.</param>
/// <param name="TraceId">The request's trace, as a problem's <c>traceId</c> names it: leads to its log.</param>
public sealed record Acting(UserId Actor, string Role, string Action, IReadOnlyList<string> Named, string? From, DateTimeOffset At, string? TraceId)
{
    /// <summary>The role of somebody who acts for herself.</summary>
    public const string User = "user";

    /// <summary>The role of a handler that acts by rule, and nobody else's id.</summary>
    public const string System = "system";

    private static readonly AsyncLocal<Acting?> Ambient = new();

    private readonly ConcurrentDictionary<(string Partition, string Id), ReadOnlyMemory<byte>> _seen = new();

    /// <summary>Null in everything that leaves nothing in the trail. What is set in an asynchronous method ends with it.</summary>
    public static Acting? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>An entry is stored.</summary>
    internal bool IsNoted { get; set; }

    /// <summary>
    /// It went well. What is saved from here on tells of it even if no record of ours changed: a message was sent again, a day is compared once more.
    /// </summary>
    public bool IsDone { get; set; }

    /// <summary>A handler acts; <paramref name="action"/> is the event's name.</summary>
    internal static Acting ByRule(string action, DateTimeOffset now) => new(new("$" + System), System, action, [], null, now, Activity.Current?.TraceId.ToHexString());

    internal void Saw(Partition partition, Document document) => _seen[(partition.Key, document.Id)] = document.Body;

    internal ReadOnlyMemory<byte>? Before(Partition partition, string id) => _seen.TryGetValue((partition.Key, id), out var body) ? body : (ReadOnlyMemory<byte>?)null;

    /// <summary>The network and not the machine: the first three bytes of an IPv4 address, the first six of an IPv6 address.</summary>
    public static string? Shorten(IPAddress? address)
    {
        if (address is null)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6;
        bytes.AsSpan(kept).Clear();
        return $"{new IPAddress(bytes)}/{kept * 8}";
    }
}
