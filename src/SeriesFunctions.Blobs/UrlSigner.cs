using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace SeriesFunctions.Blobs;

/// <summary>
/// URLs that carry a user delegation signature for one blob and one purpose: the service checks them, we are not asked again. They begin at once, without a start of their
/// own, which a service whose clock is behind would refuse.
/// </summary>
internal sealed class UrlSigner(BlobServiceClient service, DelegationKeys keys, TimeProvider clock)
{
    /// <summary>Exactly until <paramref name="expiresAt"/>, cut to a whole second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No key lives that long.</exception>
    public async ValueTask<Uri> ReadAsync(BlobClient blob, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiresAt, clock.GetUtcNow() + DelegationKeys.LongestUrl);
        return Sign(blob, BlobSasPermissions.Read, expiresAt, await keys.GetAsync(expiresAt, cancellationToken));
    }

    /// <summary>
    /// Writes and replaces content, and reads, lists, tags and deletes nothing. Until <paramref name="expiresAt"/> or the end of the longest key, whichever is sooner.
    /// </summary>
    public async ValueTask<(Uri Url, DateTimeOffset ExpiresAt)> WriteAsync(BlobClient blob, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(expiresAt, cancellationToken);
        var end = expiresAt < key.SignedExpiresOn ? expiresAt : key.SignedExpiresOn;
        return (Sign(blob, BlobSasPermissions.Write, end, key), end);
    }

    private Uri Sign(BlobClient blob, BlobSasPermissions permissions, DateTimeOffset expiresAt, UserDelegationKey key)
    {
        var signature = new BlobSasBuilder(permissions, expiresAt)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            Protocol = SasProtocol.Https,
        };
        return new BlobUriBuilder(blob.Uri) { Sas = signature.ToSasQueryParameters(key, service.AccountName) }.ToUri();
    }
}
