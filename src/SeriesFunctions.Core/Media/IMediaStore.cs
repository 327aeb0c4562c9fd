namespace SeriesFunctions.Core.Media;

/// <summary>
/// The media port: two containers of blobs, URLs that are signed for one blob and one purpose, reads by range, copies made by the store itself.
/// </summary>
public interface IMediaStore
{
    /// <summary>A URL that may write this one blob, and nothing else, until <paramref name="expiresAt"/>.</summary>
    ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>A URL that may read this one blob, and nothing else, until <paramref name="expiresAt"/>. Whether the blob exists is not checked.</summary>
    ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Null when there is no such blob.</summary>
    ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken);

    /// <summary>
    /// Fills <paramref name="buffer"/> from <paramref name="offset"/> on; fewer bytes only at the end. Null when the blob is gone or is no longer the one
    /// with <paramref name="etag"/>: it was overwritten while somebody read it.
    /// </summary>
    ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// The store copies <paramref name="source"/>, while it still has <paramref name="sourceEtag"/>, to <paramref name="target"/>; its bytes don't pass through here.
    /// A target is written once: one that is there already stays as it is, also when two copies are made at the same moment. A reader of the target sees all of it or none.
    /// </summary>
    ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a blob of our own making, for which no ticket is given out; one that is there is replaced. <paramref name="content"/> can seek and is read from its start. A reader sees
    /// all of it or none.
    /// </summary>
    ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken);

    /// <summary>True when it is gone afterwards; false when it is another one than <paramref name="etag"/> names. Null etag: whatever is there.</summary>
    ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken);

    /// <summary>
    /// A page of the committed blobs whose name starts with <paramref name="prefix"/>, by name; at most <paramref name="limit"/> (1 to 1,000). <paramref name="cursor"/> is
    /// what an earlier page of the same call answered, null for the first; it stays good when blobs come and go. For sweeps.
    /// </summary>
    ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken);
}

public enum BlobContainer
{
    /// <summary>What upload pipelines write. Nothing here is trusted or served.</summary>
    Uploads,

    /// <summary>What passed validation. Never public; read through signed URLs only.</summary>
    Media,
}

/// <summary>A blob. <paramref name="Name"/> is parts of <c>[A-Za-z0-9._-]</c> joined by <c>/</c>, no part being <c>.</c> or <c>..</c>.</summary>
public readonly record struct BlobName(BlobContainer Container, string Name)
{
    public static BlobName Upload(string name) => new(BlobContainer.Uploads, name);

    public static BlobName Media(string name) => new(BlobContainer.Media, name);

    /// <summary>The container as storage knows it: <c>uploads</c> or <c>media</c>.</summary>
    public string ContainerName => Container == BlobContainer.Uploads ? "uploads" : "media";

    public override string ToString() => $"{ContainerName}/{Name}";

    /// <summary>True for names as described on the type, at most 200 characters: all that a name from outside may be.</summary>
    public static bool IsValid(string? name)
    {
        if (name is not { Length: > 0 and <= 200 })
            return false;
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0 || part is "." or "..")
                return false;
            foreach (var c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
                    return false;
            }
        }
        return true;
    }
}

/// <summary>A committed blob. <paramref name="ETag"/> is opaque, without quotes.</summary>
public sealed record BlobFacts(BlobName Name, long Length, string ContentType, string ETag, DateTimeOffset LastModified);

/// <summary>A page of a list. It may hold fewer than were asked for, even none; a null <paramref name="Cursor"/> is the end.</summary>
public sealed record BlobPage(IReadOnlyList<BlobFacts> Items, string? Cursor);

/// <summary>How to upload: PUT to <paramref name="Url"/> with exactly these headers.</summary>
public sealed record SignedUpload(Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

public enum CopyOutcome
{
    Copied,

    /// <summary>The source is gone.</summary>
    NotFound,

    /// <summary>The source is another blob than the etag names.</summary>
    Changed,

    /// <summary>The target is there already, from this source or from another one; nothing was written.</summary>
    AlreadyThere,
}

/// <summary>The media store can't be reached or did not answer in time.</summary>
public sealed class MediaUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
