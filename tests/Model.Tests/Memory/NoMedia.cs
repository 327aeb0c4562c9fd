using SeriesFunctions.Core.Media;

namespace Model.Tests.Memory;

/// <summary>A media store that holds nothing and signs every URL: histories are about money, and whether a URL is signed is what they ask of media.</summary>
public sealed class NoMedia : IMediaStore
{
    public ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        new(new SignedUpload(new($"https://media.example/{blob}"), new Dictionary<string, string>(), expiresAt));

    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) => new(new Uri($"https://media.example/{blob}"));

    public ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken) => default;

    public ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => default;

    public ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken) => new(CopyOutcome.NotFound);

    public ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken) =>
        new(new BlobFacts(blob, content.Length, contentType, "none", DateTimeOffset.UnixEpoch));

    public ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken) => new(true);

    public ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken) => new(new BlobPage([], null));
}
