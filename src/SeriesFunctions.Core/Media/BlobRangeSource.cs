namespace SeriesFunctions.Core.Media;

/// <summary>Reads one version of a blob by ranges; an overwritten blob ends the reading.</summary>
public sealed class BlobRangeSource(IMediaStore media, BlobFacts blob) : IRangeSource
{
    public long Length => blob.Length;

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        await media.ReadAsync(blob.Name, blob.ETag, offset, buffer, cancellationToken) ?? throw new BlobChangedException();
}

/// <summary>The blob was overwritten or deleted while it was read. What is there now brings an event of its own.</summary>
public sealed class BlobChangedException() : Exception("The blob changed while it was read.");
