using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Media;

/// <summary>The media port on a folder; see <see cref="BlobFolder"/> for what lies where.</summary>
public sealed class FolderMediaStore : IMediaStore
{
    private const int CopyBuffer = 256 * 1024;

    private readonly HostAddress _address;

    /// <param name="folder">Where the containers are.</param>
    /// <param name="signer">Signs the URLs.</param>
    /// <param name="address">Where the host can be reached, for the URLs.</param>
    /// <param name="clock">The host's clock.</param>
    public FolderMediaStore(string folder, UrlSigner signer, HostAddress address, HostClock clock)
    {
        _address = address;
        Signer = signer;
        Blobs = new(folder, clock);
        Blocks = new(Path.Combine(Path.GetFullPath(folder), "blocks"), clock);
        Blocks.Sweep();
    }

    public UrlSigner Signer { get; }

    internal BlobFolder Blobs { get; }

    internal BlockFolder Blocks { get; }

    public ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SignedUpload(
            Url(blob, Signer.Query(Permission.Write, blob, contentType, expiresAt)),
            new Dictionary<string, string> { ["x-ms-blob-type"] = "BlockBlob", ["Content-Type"] = contentType },
            expiresAt));

    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Url(blob, Signer.Query(Permission.Read, blob, null, expiresAt)));

    public ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken) => ValueTask.FromResult(Blobs.Find(blob)?.Facts);

    public async ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Blobs.Find(blob) is not { } found || found.Facts.ETag != etag)
            return null;
        try
        {
            // The file is this one content for good; one that is replaced from here on is read to its end.
            using var file = File.OpenHandle(found.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            var read = 0;
            while (read < buffer.Length)
            {
                var part = await RandomAccess.ReadAsync(file, buffer[read..], offset + read, cancellationToken);
                if (part == 0)
                    break;
                read += part;
            }
            return read;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException("The media folder can't be read.", e);
        }
    }

    public async ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken)
    {
        if (Blobs.Find(source) is not { } found)
            return CopyOutcome.NotFound;
        if (found.Facts.ETag != sourceEtag)
            return CopyOutcome.Changed;
        if (Blobs.Find(target) is not null)
            return CopyOutcome.AlreadyThere;
        var unfinished = Blobs.NewUnfinished();
        try
        {
            // A content never changes, so two blobs can share it: no gigabytes are moved.
            if (!DurableFolder.TryLink(found.Path, unfinished))
                await CopyBytesAsync(found.Path, unfinished, cancellationToken);
            return Blobs.TryCommitNew(unfinished, target, contentType, Blobs.NextETag(target)) ? CopyOutcome.Copied : CopyOutcome.AlreadyThere;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Blobs.Find(source) is null ? CopyOutcome.NotFound : CopyOutcome.Changed;
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException("The media folder can't be written.", e);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public async ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var unfinished = Blobs.NewUnfinished();
        try
        {
            content.Position = 0;
            await using (var to = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(to, CopyBuffer, cancellationToken);
                to.Flush(flushToDisk: true);
            }
            return Blobs.Commit(unfinished, blob, contentType, Blobs.NextETag(blob));
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException("The media folder can't be written.", e);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult(Blobs.Delete(blob, etag));
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException("The media folder can't be written.", e);
        }
    }

    /// <summary>The cursor is the last name of the page before.</summary>
    public ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        cancellationToken.ThrowIfCancellationRequested();
        var names = Blobs.List(container, prefix).Where(name => string.CompareOrdinal(name.Name, cursor) > 0).Take(limit + 1).ToList();
        var page = names.Take(limit).Select(name => Blobs.Find(name)?.Facts).OfType<BlobFacts>().ToList();
        return ValueTask.FromResult(new BlobPage(page, names.Count > limit ? names[limit - 1].Name : null));
    }

    private static async Task CopyBytesAsync(string source, string target, CancellationToken cancellationToken)
    {
        await using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
        await using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        await from.CopyToAsync(to, CopyBuffer, cancellationToken);
        to.Flush(flushToDisk: true);
    }

    private Uri Url(BlobName blob, string query) => BlobName.IsValid(blob.Name)
        ? new(_address.Url, $"/media/{blob}{query}")
        : throw new ArgumentException("This is not a blob's name.", nameof(blob));
}
