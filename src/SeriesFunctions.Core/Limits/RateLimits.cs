using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Limits;

/// <summary>Requests that are counted together.</summary>
public enum LimitGroup
{
    Reads,
    Writes,
    Checkouts,
    Uploads,
    Staff,
    Platform,

    /// <summary>Not counted: probes, and a provider that signs and repeats what it sends.</summary>
    Exempt,
}

/// <summary>
/// How many requests somebody may still send. A user has a bucket for each group; who shows no valid token has one for the address alone, whatever she asks for. Kept in memory, so
/// for this instance of the app.
/// </summary>
public sealed class RateLimits
{
    private readonly bool _enabled;
    private readonly long _burst;
    private readonly long[] _every;
    private readonly long _everyAnonymous;
    private readonly TimeProvider _clock;
    private readonly Buckets<UserId> _users;
    private readonly Buckets<ulong> _addresses;

    public RateLimits(LimitsOptions options, TimeProvider clock)
    {
        _enabled = options.Enabled;
        _burst = options.Burst.Ticks;
        // In the order of the groups.
        _every =
        [
            Every(options.ReadsPerMinute), Every(options.WritesPerMinute), Every(options.CheckoutsPerMinute), Every(options.UploadsPerMinute), Every(options.StaffPerMinute),
            Every(options.PlatformPerMinute),
        ];
        _everyAnonymous = Every(options.AnonymousPerMinute);
        _clock = clock;
        _users = new(options.MostCallers, _every.Length);
        _addresses = new(options.MostCallers, 1);
    }

    /// <summary>How many users and addresses are remembered.</summary>
    public int Remembered => _users.Count + _addresses.Count;

    /// <summary>Counts a request of a user's. Null, or 429 <c>too-many-requests</c> with the time after which there is room for one.</summary>
    public Problem? Take(LimitGroup group, UserId user)
    {
        if (!_enabled || group == LimitGroup.Exempt)
            return null;
        var now = _clock.GetUtcNow().UtcTicks;
        var every = _every[(int)group];
        return Refusal(TokenBucket.Take(ref _users.Of(user, (int)group, now), now, every, Math.Max(_burst, every)));
    }

    /// <summary>Counts a request of somebody who has not shown who she is. Those whose address nobody knows count together.</summary>
    public Problem? Take(LimitGroup group, IPAddress? address)
    {
        if (!_enabled || group == LimitGroup.Exempt)
            return null;
        var now = _clock.GetUtcNow().UtcTicks;
        return Refusal(TokenBucket.Take(ref _addresses.Of(Key(address), 0, now), now, _everyAnonymous, Math.Max(_burst, _everyAnonymous)));
    }

    private static long Every(int perMinute) => TimeSpan.TicksPerMinute / perMinute;

    private static Problem? Refusal(long wait)
    {
        if (wait == 0)
            return null;
        Telemetry.Count("request-limited");
        return new(ProblemKind.TooMany, "too-many-requests", "That were more requests than one caller may send just now. Try again after the time in Retry-After.") { RetryAfter = TimeSpan.FromTicks(wait) };
    }

    /// <summary>An address as a number: a version 4 address whole, of a version 6 address the 64 bits of the network, since a customer has all the others to herself.</summary>
    private static ulong Key(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out _))
            return 0;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return address.IsIPv4MappedToIPv6 ? 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
