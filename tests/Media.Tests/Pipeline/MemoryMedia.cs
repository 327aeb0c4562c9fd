using SeriesFunctions.Core.Media;

namespace Media.Tests.Pipeline;

/// <summary>The media port in memory. <see cref="Copied"/> and <see cref="Read"/> let a test do something at just that moment.</summary>
public sealed class MemoryMedia(Trouble trouble, TimeProvider clock) : IMediaStore
{
    private readonly SortedDictionary<string, (BlobFacts Facts, byte[] Bytes)> _blobs = new(StringComparer.Ordinal);
    private int _version;

    public Func<Task>? Copied { get; set; }

    public Func<Task>? Read { get; set; }

    public long BytesRead { get; private set; }

    public IReadOnlyList<string> Names => [.. _blobs.Keys];

    public BlobFacts Put(BlobName name, byte[] bytes)
    {
        var facts = new BlobFacts(name, bytes.Length, "video/mp4", $"b{++_version}", clock.GetUtcNow());
        _blobs[name.ToString()] = (facts, bytes);
        return facts;
    }

    public byte[]? Bytes(BlobName name) => _blobs.TryGetValue(name.ToString(), out var blob) ? blob.Bytes : null;

    public BlobFacts Facts(BlobName name) => _blobs[name.ToString()].Facts;

    public ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SignedUpload(new($"https://media.test/{blob}"), new Dictionary<string, string>(), expiresAt));

    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) => ValueTask.FromResult(new Uri($"https://media.test/{blob}"));

    public ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken) =>
        trouble.RunAsync(() => ValueTask.FromResult(_blobs.TryGetValue(blob.ToString(), out var found) ? found.Facts : null), Outage);

    public ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        trouble.RunAsync<int?>(
            async () =>
            {
                if (!_blobs.TryGetValue(blob.ToString(), out var found) || found.Facts.ETag != etag)
                    return null;
                var count = (int)Math.Clamp(found.Bytes.Length - offset, 0, buffer.Length);
                found.Bytes.AsMemory((int)offset, count).CopyTo(buffer);
                BytesRead += count;
                await OnceAsync(Read, () => Read = null);
                return count;
            },
            Outage);

    public ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            async () =>
            {
                if (!_blobs.TryGetValue(source.ToString(), out var found))
                    return CopyOutcome.NotFound;
                if (found.Facts.ETag != sourceEtag)
                    return CopyOutcome.Changed;
                if (_blobs.ContainsKey(target.ToString()))
                    return CopyOutcome.AlreadyThere;
                Put(target, found.Bytes);
                await OnceAsync(Copied, () => Copied = null);
                return CopyOutcome.Copied;
            },
            Outage);

    public ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            async () =>
            {
                using var bytes = new MemoryStream();
                await content.CopyToAsync(bytes, cancellationToken);
                return Put(blob, bytes.ToArray());
            },
            Outage);

    public ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            () =>
            {
                if (!_blobs.TryGetValue(blob.ToString(), out var found))
                    return ValueTask.FromResult(true);
                if (etag is not null && found.Facts.ETag != etag)
                    return ValueTask.FromResult(false);
                return ValueTask.FromResult(_blobs.Remove(blob.ToString()));
            },
            Outage);

    public ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            () =>
            {
                var all = _blobs.Values.Select(blob => blob.Facts)
                    .Where(facts => facts.Name.Container == container && string.CompareOrdinal(facts.Name.Name, cursor) > 0 && facts.Name.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
                return ValueTask.FromResult(new BlobPage([.. all.Take(limit)], all.Count > limit ? all[limit - 1].Name.Name : null));
            },
            Outage);

    private static async Task OnceAsync(Func<Task>? then, Action clear)
    {
        if (then is null)
            return;
        clear();
        await then();
    }

    private static MediaUnavailableException Outage() => new("The media store is away.");
}
