using System.Globalization;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Media;

/// <summary>
/// The media port on a folder. A blob is one file, named after the blob with its content type as the ending; its etag is its time of change, which every commit
/// makes a new one. A commit is one rename, so at any moment a blob is wholly there or not.
/// </summary>
public sealed class FolderMediaStore : IMediaStore
{
    private static readonly (string Ending, string ContentType)[] Types =
        [("~mp4", "video/mp4"), ("~mov", "video/quicktime"), ("~jpg", "image/jpeg"), ("~png", "image/png"), ("~bin", "application/octet-stream")];

    private readonly string _folder;
    private readonly string _unfinished;
    private readonly HostAddress _address;
    private readonly HostClock _clock;
    private long _lastStamp;

    /// <param name="folder">Where the containers are.</param>
    /// <param name="signer">Signs the URLs.</param>
    /// <param name="address">Where the host can be reached, for the URLs.</param>
    /// <param name="clock">The host's clock.</param>
    public FolderMediaStore(string folder, UrlSigner signer, HostAddress address, HostClock clock)
    {
        _folder = Path.GetFullPath(folder);
        _unfinished = Path.Combine(_folder, "unfinished");
        _address = address;
        _clock = clock;
        Signer = signer;
        foreach (var container in new[] { "uploads", "media" })
            Directory.CreateDirectory(Path.Combine(_folder, container));
        // What an earlier process was in the middle of was never committed.
        if (Directory.Exists(_unfinished))
            Directory.Delete(_unfinished, recursive: true);
        Directory.CreateDirectory(_unfinished);
    }

    public UrlSigner Signer { get; }

    public ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SignedUpload(
            Url(blob, Signer.Query(Permission.Write, blob, contentType, expiresAt)),
            new Dictionary<string, string> { ["x-ms-blob-type"] = "BlockBlob", ["Content-Type"] = contentType },
            expiresAt));

    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Url(blob, Signer.Query(Permission.Read, blob, null, expiresAt)));

    public ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken) => ValueTask.FromResult(Find(blob)?.Facts);

    public async ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Find(blob) is not { } found || found.Facts.ETag != etag)
            return null;
        try
        {
            using var file = File.OpenHandle(found.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            var read = 0;
            while (read < buffer.Length)
            {
                var part = await RandomAccess.ReadAsync(file, buffer[read..], offset + read, cancellationToken);
                if (part == 0)
                    break;
                read += part;
            }
            // Replaced between the two: what was read may be the newer one's.
            return Find(blob)?.Facts.ETag == etag ? read : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public async ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken)
    {
        if (Find(source) is not { } found)
            return CopyOutcome.NotFound;
        if (found.Facts.ETag != sourceEtag)
            return CopyOutcome.Changed;
        var unfinished = NewUnfinished();
        try
        {
            await using (var from = new FileStream(found.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous))
            await using (var to = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await from.CopyToAsync(to, 256 * 1024, cancellationToken);
                to.Flush(flushToDisk: true);
            }
            if (Find(source)?.Facts.ETag != sourceEtag)
                return CopyOutcome.Changed;
            Commit(unfinished, target, contentType);
            return CopyOutcome.Copied;
        }
        catch (FileNotFoundException)
        {
            return CopyOutcome.NotFound;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken)
    {
        if (Find(blob) is not { } found)
            return ValueTask.FromResult(true);
        if (etag is not null && found.Facts.ETag != etag)
            return ValueTask.FromResult(false);
        File.Delete(found.Path);
        return ValueTask.FromResult(true);
    }

    public async IAsyncEnumerable<BlobFacts> ListAsync(BlobContainer container, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var root = Path.Combine(_folder, new BlobName(container, "").ContainerName);
        var names = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => name.Contains('~', StringComparison.Ordinal))
            .Select(name => name[..name.LastIndexOf('~')])
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(new(container, name)) is { } found)
                yield return found.Facts;
        }
    }

    /// <summary>The file and the facts of a blob, null when there is none.</summary>
    internal (string Path, BlobFacts Facts)? Find(BlobName blob)
    {
        var path = PathOf(blob);
        foreach (var (ending, contentType) in Types)
        {
            var file = new FileInfo(path + ending);
            if (!file.Exists)
                continue;
            var changed = new DateTimeOffset(file.LastWriteTimeUtc);
            return (file.FullName, new(blob, file.Length, contentType, changed.UtcTicks.ToString("x", CultureInfo.InvariantCulture), changed));
        }
        return null;
    }

    internal string NewUnfinished() => Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));

    /// <summary>A finished file becomes the blob, in one rename that is durable when this returns.</summary>
    internal BlobFacts Commit(string unfinished, BlobName blob, string contentType)
    {
        var path = PathOf(blob);
        var ending = Array.Find(Types, type => type.ContentType == contentType).Ending ?? "~bin";
        File.SetLastWriteTimeUtc(unfinished, new DateTime(NewStamp(), DateTimeKind.Utc));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(unfinished, path + ending, overwrite: true);
        foreach (var (other, _) in Types)
        {
            if (other != ending)
                File.Delete(path + other);
        }
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
        return Find(blob)!.Value.Facts;
    }

    /// <summary>The time of a commit, later than that of every other one: two in the same instant are still two etags.</summary>
    private long NewStamp()
    {
        var now = _clock.GetUtcNow().UtcTicks;
        while (true)
        {
            var last = Interlocked.Read(ref _lastStamp);
            var stamp = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastStamp, stamp, last) == last)
                return stamp;
        }
    }

    private string PathOf(BlobName blob)
    {
        var root = Path.Combine(_folder, blob.ContainerName) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, blob.Name));
        return BlobName.IsValid(blob.Name) && path.StartsWith(root, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException("This is not a blob's name.", nameof(blob));
    }

    private Uri Url(BlobName blob, string query) => new(_address.Url, $"/media/{blob}{query}");
}
