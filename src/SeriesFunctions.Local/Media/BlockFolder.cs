using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Local.Media;

/// <summary>A part of an upload that was not put together yet. <paramref name="Id"/> as Blob Storage writes it: base64 of 1 to 64 bytes.</summary>
internal sealed record Block(string Id, long Length, string Path);

/// <summary>
/// Blocks that were uploaded and wait for their list, one folder per blob, one file per block. They outlive a restart, so an upload can be resumed;
/// after seven days without a new one they are given up, as in Blob Storage.
/// </summary>
internal sealed class BlockFolder(string folder, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);
    private static readonly TimeSpan SweptEvery = TimeSpan.FromHours(1);

    /// <summary>No block is called this: their names are hexadecimal.</summary>
    private const string LastList = "last-list";

    private long _nextSweep;

    /// <summary>Null when the text is no block's id.</summary>
    public static byte[]? Decode(string id)
    {
        var bytes = new byte[64];
        return Convert.TryFromBase64String(id, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }

    /// <summary>A received and flushed file becomes a block; an earlier one with this id is replaced.</summary>
    public void Keep(string unfinished, BlobName blob, byte[] id)
    {
        SweepSometimes();
        var path = FolderOf(blob);
        DurableFolder.Create(path);
        File.SetLastWriteTimeUtc(unfinished, clock.GetUtcNow().UtcDateTime);
        File.Move(unfinished, Path.Combine(path, Convert.ToHexStringLower(id)), overwrite: true);
        DurableFolder.Flush(path);
    }

    public IReadOnlyList<Block> List(BlobName blob)
    {
        var path = FolderOf(blob);
        if (!Directory.Exists(path))
            return [];
        return [.. new DirectoryInfo(path).EnumerateFiles()
            .Where(file => file.Name != LastList)
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new Block(Convert.ToBase64String(Convert.FromHexString(file.Name)), file.Length, file.FullName))];
    }

    /// <summary>The list was put together, or the blob was written another way: what is left over is of no use.</summary>
    public void Discard(BlobName blob)
    {
        foreach (var block in List(blob))
            File.Delete(block.Path);
    }

    /// <summary>
    /// Remembers which blocks the version with <paramref name="etag"/> is made of. A client that did not hear the answer sends its list again when the blocks are gone already.
    /// Written before the commit: without the version that it names it means nothing.
    /// </summary>
    public void Remember(BlobName blob, string etag, IReadOnlyList<Block> blocks)
    {
        DurableFolder.Create(FolderOf(blob));
        var path = Path.Combine(FolderOf(blob), LastList);
        File.WriteAllLines(path, [etag, .. blocks.Select(block => $"{block.Id} {block.Length}")]);
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>The blocks of the version with <paramref name="etag"/>; null when it was not put together from blocks, or too long ago.</summary>
    public IReadOnlyList<Block>? Recall(BlobName blob, string etag)
    {
        var path = Path.Combine(FolderOf(blob), LastList);
        if (!File.Exists(path) || File.ReadAllLines(path) is not [var kept, .. var lines] || kept != etag)
            return null;
        return [.. lines.Select(line => line.Split(' ')).Select(parts => new Block(parts[0], long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), ""))];
    }

    /// <summary>Gives up what nobody went on with for seven days.</summary>
    public void Sweep()
    {
        Interlocked.Exchange(ref _nextSweep, (clock.GetUtcNow() + SweptEvery).UtcTicks);
        if (!Directory.Exists(folder))
            return;
        var before = (clock.GetUtcNow() - KeptFor).UtcDateTime;
        foreach (var blob in Directory.GetDirectories(folder, "*~", SearchOption.AllDirectories))
        {
            var files = new DirectoryInfo(blob).GetFiles();
            if (files.All(file => file.LastWriteTimeUtc < before))
                Array.ForEach(files, file => file.Delete());
        }
    }

    private void SweepSometimes()
    {
        if (clock.GetUtcNow().UtcTicks >= Interlocked.Read(ref _nextSweep))
            Sweep();
    }

    private string FolderOf(BlobName blob) => BlobName.IsValid(blob.Name)
        ? Path.Combine(folder, blob.ContainerName, blob.Name + "~")
        : throw new ArgumentException("This is not a blob's name.", nameof(blob));
}
