using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Local.Media;

/// <summary>Uploads in blocks, the way Blob Storage takes them: each block on its own, in any order, then the list that makes them a blob.</summary>
internal sealed class BlockUploads(FolderMediaStore store, long maxBytes)
{
    private const int CopyBuffer = 256 * 1024;

    /// <summary>50,000 ids of 64 bytes, and their tags.</summary>
    private const long MaxListBytes = 8 << 20;

    /// <summary>Null when the block is kept.</summary>
    public async ValueTask<Problem?> PutBlockAsync(HttpContext http, BlobName blob, string unfinished)
    {
        if (BlockFolder.Decode(http.Request.Query["blockid"].ToString()) is not { } id)
            return UploadProblems.BadBlockId;
        var before = store.Blocks.List(blob);
        if (before.Count >= BlockListXml.MostBlocks)
            return UploadProblems.TooManyBlocks;
        var name = Convert.ToBase64String(id);
        // Together they may not be more than one upload: a signed URL is no way to fill the disk.
        var room = maxBytes - before.Where(block => block.Id != name).Sum(block => block.Length);
        if (await UploadReceiver.ReceiveAsync(http, unfinished, room) is { } problem)
            return problem;
        store.Blocks.Keep(unfinished, blob, id);
        return null;
    }

    /// <summary>Puts the listed blocks together as the blob. The facts are of the blob as it is now; new is false when this very list had been put together before.</summary>
    public async ValueTask<(BlobFacts? Facts, bool IsNew, Problem? Problem)> PutListAsync(HttpContext http, BlobName blob, string contentType, string unfinished)
    {
        var list = store.Blobs.NewUnfinished();
        try
        {
            if (await UploadReceiver.ReceiveAsync(http, list, MaxListBytes) is { } problem)
                return (null, false, problem);
            IReadOnlyList<(BlockListXml.Source Source, string Id)>? wanted;
            using (var body = File.OpenRead(list))
                wanted = BlockListXml.Read(body);
            if (wanted is null)
                return (null, false, UploadProblems.BadBlockList);

            if (Repeated(blob, wanted) is { } facts)
                return (facts, false, null);
            // A committed blob does not keep its blocks, so a list can be made of new ones only.
            var uploaded = store.Blocks.List(blob).ToDictionary(block => block.Id, StringComparer.Ordinal);
            var blocks = new List<Block>(wanted.Count);
            foreach (var (source, id) in wanted)
            {
                if (source == BlockListXml.Source.Committed || !uploaded.TryGetValue(id, out var block))
                    return (null, false, UploadProblems.UnknownBlock);
                blocks.Add(block);
            }
            if (blocks.Sum(block => block.Length) > maxBytes)
                return (null, false, UploadProblems.TooLarge);

            await AssembleAsync(blocks, unfinished, http.RequestAborted);
            var etag = store.Blobs.NextETag(blob);
            store.Blocks.Remember(blob, etag, blocks);
            facts = store.Blobs.Commit(unfinished, blob, contentType, etag);
            store.Blocks.Discard(blob);
            return (facts, true, null);
        }
        catch (FileNotFoundException)
        {
            // The same list is being put together by another request, which was first.
            return (null, false, UploadProblems.UnknownBlock);
        }
        finally
        {
            File.Delete(list);
        }
    }

    /// <summary>Which blocks are there. As in Blob Storage the committed ones unless the query asks for others, and 404 where there is nothing at all.</summary>
    public async ValueTask<Problem?> GetListAsync(HttpContext http, BlobName blob)
    {
        var current = store.Blobs.Find(blob);
        var uncommitted = store.Blocks.List(blob);
        if (current is null && uncommitted.Count == 0)
            return UploadProblems.NoBlob;
        var committed = current is null ? [] : store.Blocks.Recall(blob, current.Facts.ETag) ?? [];
        var type = http.Request.Query["blocklisttype"].ToString();
        var body = BlockListXml.Write(type == "uncommitted" ? [] : committed, type is "uncommitted" or "all" ? uncommitted : []);
        if (current is not null)
            http.Response.Headers.ETag = $"\"{current.Facts.ETag}\"";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/xml";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
        return null;
    }

    /// <summary>The blob as it is, when it was put together from this list already: the client did not hear so and asks again.</summary>
    private BlobFacts? Repeated(BlobName blob, IReadOnlyList<(BlockListXml.Source Source, string Id)> wanted)
    {
        if (store.Blobs.Find(blob)?.Facts is not { } current || store.Blocks.Recall(blob, current.ETag) is not { } made || store.Blocks.List(blob).Count > 0)
            return null;
        return made.Select(block => block.Id).SequenceEqual(wanted.Select(block => block.Id), StringComparer.Ordinal) ? current : null;
    }

    private static async Task AssembleAsync(List<Block> blocks, string path, CancellationToken cancellationToken)
    {
        await using var whole = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        foreach (var block in blocks)
        {
            await using var part = new FileStream(block.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
            await part.CopyToAsync(whole, CopyBuffer, cancellationToken);
        }
        whole.Flush(flushToDisk: true);
    }
}
