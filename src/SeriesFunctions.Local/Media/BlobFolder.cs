using System.Globalization;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Local.Media;

/// <summary>One committed content of a blob: a file that is never changed again.</summary>
internal sealed record BlobVersion(string Path, BlobFacts Facts);

/// <summary>
/// Blobs as files. A blob is a folder, its name and a <c>~</c>, that holds one file per content; the file's name is its etag and its content type, and the largest
/// etag is the one that counts. So a commit is one rename whatever it replaces: at any moment, also after a crash, a blob is wholly the old one or the new one.
/// No blob's name has a <c>~</c>, so a blob <c>a</c> and a blob <c>a/b</c> don't meet.
/// </summary>
internal sealed class BlobFolder
{
    private readonly string _folder;
    private readonly string _unfinished;
    private readonly TimeProvider _clock;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private long _lastStamp;

    public BlobFolder(string folder, TimeProvider clock)
    {
        _folder = Path.GetFullPath(folder);
        _unfinished = Path.Combine(_folder, "unfinished");
        _clock = clock;
        foreach (var container in new[] { "uploads", "media" })
            DurableFolder.Create(Path.Combine(_folder, container));
        // What an earlier process was in the middle of was never committed.
        if (Directory.Exists(_unfinished))
            Directory.Delete(_unfinished, recursive: true);
        Directory.CreateDirectory(_unfinished);
    }

    /// <summary>A place for a file that may become a blob. On the same volume, so that a rename is enough.</summary>
    public string NewUnfinished() => Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));

    public BlobVersion? Find(BlobName blob)
    {
        var folder = FolderOf(blob);
        // Locked against the step in which a commit removes what it replaced: a listing that overlaps it could miss both.
        lock (LockOf(folder))
        {
            if (Versions(folder).LastOrDefault() is not { } newest)
                return null;
            var file = new FileInfo(Path.Combine(folder, newest));
            var split = newest.IndexOf('~', StringComparison.Ordinal);
            return new(
                file.FullName,
                new(blob, file.Length, Uri.UnescapeDataString(newest[(split + 1)..]), newest[..split], new DateTimeOffset(Stamp(newest), TimeSpan.Zero)));
        }
    }

    /// <summary>The etag of a commit to come: larger than that of every earlier one, also where two fall on one instant or the clock was put back.</summary>
    public string NextETag(BlobName blob)
    {
        var folder = FolderOf(blob);
        long floor;
        lock (LockOf(folder))
            floor = Versions(folder).LastOrDefault() is { } newest ? Stamp(newest) + 1 : 0;
        floor = Math.Max(floor, _clock.GetUtcNow().UtcTicks);
        while (true)
        {
            var last = Interlocked.Read(ref _lastStamp);
            var stamp = Math.Max(floor, last + 1);
            if (Interlocked.CompareExchange(ref _lastStamp, stamp, last) == last)
                return stamp.ToString("x16", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A finished and flushed file becomes the blob. Durable when this returns.</summary>
    public BlobFacts Commit(string unfinished, BlobName blob, string contentType, string etag)
    {
        var folder = FolderOf(blob);
        var path = Path.Combine(folder, $"{etag}~{Uri.EscapeDataString(contentType)}");
        lock (LockOf(folder))
        {
            DurableFolder.Create(folder);
            File.Move(unfinished, path);
        }
        DurableFolder.Flush(folder);
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        // Only now that the new one can't be lost any more.
        lock (LockOf(folder))
        {
            foreach (var old in Versions(folder).SkipLast(1))
                TryDelete(Path.Combine(folder, old));
        }
        return new(blob, length, contentType, etag, new DateTimeOffset(Stamp(etag), TimeSpan.Zero));
    }

    /// <summary>As <see cref="Commit"/>, where there is no such blob; false, and nothing changes, where there is one.</summary>
    public bool TryCommitNew(string unfinished, BlobName blob, string contentType, string etag)
    {
        var folder = FolderOf(blob);
        lock (LockOf(folder))
        {
            if (Versions(folder).Count > 0)
                return false;
            DurableFolder.Create(folder);
            File.Move(unfinished, Path.Combine(folder, $"{etag}~{Uri.EscapeDataString(contentType)}"));
        }
        DurableFolder.Flush(folder);
        return true;
    }

    /// <summary>False when the blob is another one than <paramref name="etag"/> names.</summary>
    public bool Delete(BlobName blob, string? etag)
    {
        var folder = FolderOf(blob);
        lock (LockOf(folder))
        {
            var versions = Versions(folder);
            if (versions.Count == 0)
                return true;
            if (etag is not null && !versions[^1].StartsWith(etag + "~", StringComparison.Ordinal))
                return false;
            // The oldest first: a crash in between must not bring an older content back.
            foreach (var version in versions)
                File.Delete(Path.Combine(folder, version));
            Directory.Delete(folder, recursive: true);
        }
        DurableFolder.Flush(Path.GetDirectoryName(folder)!);
        return true;
    }

    /// <summary>The names that start with <paramref name="prefix"/>, in order.</summary>
    public IReadOnlyList<BlobName> List(BlobContainer container, string prefix)
    {
        var root = Path.Combine(_folder, new BlobName(container, "").ContainerName);
        var above = prefix.LastIndexOf('/') is > 0 and var slash ? prefix[..slash] : "";
        if (above.Length > 0 && !BlobName.IsValid(above))
            return [];
        var start = Path.Combine(root, above);
        if (!Directory.Exists(start))
            return [];
        return [.. Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
            .Where(path => IsVersion(Path.GetFileName(path)))
            .Select(path => Path.GetRelativePath(root, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '/').TrimEnd('~'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => new BlobName(container, name))];
    }

    /// <summary>The files of one blob by etag, the one that counts last.</summary>
    private static List<string> Versions(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(IsVersion).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Desktops leave files of their own in any folder.</summary>
    private static bool IsVersion(string file) => file.IndexOf('~', StringComparison.Ordinal) == 16;

    private static long Stamp(string version) => long.Parse(version.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Where an open file can't be deleted it stays until the next commit; the newer one counts all the same.</summary>
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
        }
    }

    private Lock LockOf(string folder) => _locks[(uint)string.GetHashCode(folder, StringComparison.Ordinal) % (uint)_locks.Length];

    private string FolderOf(BlobName blob) => BlobName.IsValid(blob.Name)
        ? Path.Combine(_folder, blob.ContainerName, blob.Name + "~")
        : throw new ArgumentException("This is not a blob's name.", nameof(blob));
}
