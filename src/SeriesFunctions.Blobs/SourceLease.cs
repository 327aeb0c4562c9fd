using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace SeriesFunctions.Blobs;

/// <summary>
/// Keeps whoever has the upload's URL from replacing it while gigabytes of it are copied. The etag is what makes a copy right; the lease spares us copying in vain. Its id
/// comes from the blob and its version, so two of our processes that copy the same thing share it and don't wait for each other.
/// </summary>
internal sealed class SourceLease : IAsyncDisposable
{
    /// <summary>The service's longest that ends by itself: a process that dies leaves it behind for this long at most.</summary>
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_renewAfter = TimeSpan.FromSeconds(20);

    private readonly BlobLeaseClient _lease;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _one = new(1, 1);
    private long _since;

    private SourceLease(BlobLeaseClient lease, TimeProvider clock)
    {
        _lease = lease;
        _clock = clock;
        _since = clock.GetUtcNow().UtcTicks;
    }

    private bool IsFresh => _clock.GetUtcNow().UtcTicks - Volatile.Read(ref _since) < s_renewAfter.Ticks;

    /// <summary>
    /// Takes the lease while the blob is the one that <paramref name="etag"/> names. One that is somebody else's is broken: the upload's URL allows to take leases too, and
    /// nobody may keep us from what was uploaded.
    /// </summary>
    public static async Task<SourceLease> TakeAsync(BlobClient blob, ETag etag, TimeProvider clock, CancellationToken cancellationToken)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{blob.BlobContainerName}/{blob.Name}\n{etag}")).AsSpan(0, 16));
        var lease = new SourceLease(blob.GetBlobLeaseClient(id.ToString()), clock);
        try
        {
            await lease._lease.AcquireAsync(s_length, new() { IfMatch = etag }, cancellationToken);
        }
        catch (RequestFailedException e) when (Answers.Of(e) == Answer.Leased)
        {
            await BreakAsync(blob, cancellationToken);
            await lease._lease.AcquireAsync(s_length, new() { IfMatch = etag }, cancellationToken);
        }
        return lease;
    }

    /// <summary>Ends whatever lease is on the blob, at once.</summary>
    public static async Task BreakAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (Answers.Of(e) is Answer.LeaseLost or Answer.Missing)
        {
            // It ended meanwhile.
        }
    }

    /// <summary>Called before each step of a long work. Throws when the lease is not ours any more.</summary>
    public async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        if (IsFresh)
            return;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh)
                return;
            await _lease.RenewAsync(cancellationToken: cancellationToken);
            Volatile.Write(ref _since, _clock.GetUtcNow().UtcTicks);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives it back, also when the work was cancelled. Where that fails it ends by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _lease.ReleaseAsync(cancellationToken: soon.Token);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
        }
        _one.Dispose();
    }
}
