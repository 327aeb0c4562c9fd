using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;

namespace SeriesFunctions.Blobs;

/// <summary>
/// The key that URLs are signed with: the service makes it for our identity and knows when it ends. It is asked for once and then used until a URL is wanted that would
/// outlive it. Source: "Get User Delegation Key" in the REST reference.
/// </summary>
internal sealed partial class DelegationKeys(BlobServiceClient service, BlobCalls calls, BlobsOptions options, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>How far our clock may be from the service's: a key that starts in our present might not have started there.</summary>
    internal static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>From now to the end of the longest key: 7 days from its start, whichever clock is right.</summary>
    private static readonly TimeSpan s_longestKey = TimeSpan.FromDays(7) - Skew - Skew;

    /// <summary>From now to the end of the longest URL. A little less than the key, which is not asked for anew for each.</summary>
    internal static readonly TimeSpan LongestUrl = s_longestKey - Skew;

    private readonly SemaphoreSlim _one = new(1, 1);
    private UserDelegationKey? _current;

    /// <summary>A key that is good until <paramref name="until"/>, or until now and <see cref="LongestUrl"/> where that is sooner.</summary>
    public async ValueTask<UserDelegationKey> GetAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (Usable(until) is { } ready)
            return ready;
        // One asks, and the others wait for what it gets.
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (Usable(until) is { } asked)
                return asked;
            var now = clock.GetUtcNow();
            // Longer than the URL that needs it: with tickets that last a day, a key of two days is asked for once a day and not for every ticket.
            var end = Min(Max(now + TimeSpan.FromHours(options.DelegationKeyHours), until + Skew), now + s_longestKey);
            var key = await calls.AskAsync(
                "key",
                TimeSpan.FromSeconds(options.OperationSeconds),
                async deadline => (await service.GetUserDelegationKeyAsync(now - Skew, end, deadline)).Value,
                cancellationToken);
            LogKey(logger, key.SignedExpiresOn);
            return _current = key;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private UserDelegationKey? Usable(DateTimeOffset until)
    {
        var now = clock.GetUtcNow();
        return Volatile.Read(ref _current) is { } key && now + Skew < key.SignedExpiresOn && Min(until, now + LongestUrl) <= key.SignedExpiresOn ? key : null;
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    [LoggerMessage(Level = LogLevel.Information, Message = "Got a key for signing URLs, good until {ExpiresOn}")]
    private static partial void LogKey(ILogger logger, DateTimeOffset expiresOn);
}
