using Microsoft.AspNetCore.Connections;
using Microsoft.Net.Http.Headers;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Local.Media;

/// <summary>
/// Uploads and playback on the local host: what Blob Storage does on Azure. The URL's signature is the only credential; it names one blob and one purpose.
/// The content type is the one that was signed, whatever a client sends.
/// </summary>
public sealed partial class MediaEndpoints(FolderMediaStore store, Func<BlobFacts, CancellationToken, ValueTask> uploadCommitted, TimeProvider clock, ILogger<MediaEndpoints> logger)
{
    /// <summary>A little over the largest video, so that one that is too large is turned down for that and not cut off.</summary>
    private const long MaxBytes = (4L << 30) + (1 << 20);

    private readonly BlockUploads _blocks = new(store, MaxBytes);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/media/{container}/{**name}", ["PUT"], PutAsync);
        routes.MapMethods("/media/{container}/{**name}", ["GET", "HEAD"], GetAsync);
    }

    private async Task PutAsync(HttpContext http)
    {
        var (blob, refused) = Check(http, Permission.Write);
        if (refused is not null)
        {
            await RefuseAsync(http, refused);
            return;
        }
        var unfinished = store.Blobs.NewUnfinished();
        try
        {
            var problem = http.Request.Query["comp"].ToString() switch
            {
                "" => await PutBlobAsync(http, blob, unfinished),
                "block" => await _blocks.PutBlockAsync(http, blob, unfinished),
                "blocklist" => await PutBlockListAsync(http, blob, unfinished),
                _ => UploadProblems.UnknownOperation,
            };
            if (problem is null)
                http.Response.StatusCode = StatusCodes.Status201Created;
            else
                await RefuseAsync(http, problem);
        }
        catch (Exception e) when (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested || e is ConnectionResetException)
        {
            // The client is gone, and what it sent with it.
        }
        catch (IOException e)
        {
            LogFailed(logger, e, blob);
            await RefuseAsync(http, Problem.Unavailable("media store"));
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async ValueTask<Problem?> PutBlobAsync(HttpContext http, BlobName blob, string unfinished)
    {
        if (await UploadReceiver.ReceiveAsync(http, unfinished, MaxBytes) is { } problem)
            return problem;
        var facts = store.Blobs.Commit(unfinished, blob, ContentType(http), store.Blobs.NextETag(blob));
        store.Blocks.Discard(blob);
        await TellAsync(http, facts);
        return null;
    }

    private async ValueTask<Problem?> PutBlockListAsync(HttpContext http, BlobName blob, string unfinished)
    {
        var (facts, isNew, problem) = await _blocks.PutListAsync(http, blob, ContentType(http), unfinished);
        if (facts is null)
            return problem;
        if (isNew)
            await TellAsync(http, facts);
        else
            http.Response.Headers.ETag = $"\"{facts.ETag}\"";
        return null;
    }

    /// <summary>Told before it is acknowledged: an upload that was answered 201 is validated, whatever happens next.</summary>
    private async ValueTask TellAsync(HttpContext http, BlobFacts facts)
    {
        await uploadCommitted(facts, CancellationToken.None);
        LogCommitted(logger, facts.Name, facts.Length);
        http.Response.Headers.ETag = $"\"{facts.ETag}\"";
    }

    private async Task GetAsync(HttpContext http)
    {
        // Who may upload may ask how far that got; it reads nothing but the list.
        var asksForBlocks = http.Request.Query["comp"] == "blocklist";
        var (blob, refused) = Check(http, asksForBlocks ? Permission.Write : Permission.Read);
        if (refused is null)
            refused = asksForBlocks ? await _blocks.GetListAsync(http, blob) : await GetBlobAsync(http, blob);
        if (refused is not null)
            await RefuseAsync(http, refused);
    }

    private async ValueTask<Problem?> GetBlobAsync(HttpContext http, BlobName blob)
    {
        // Uploads are never served, not even to who has a URL: nothing in there was looked at.
        if (blob.Container != BlobContainer.Media || Open(blob) is not var (file, facts))
            return UploadProblems.NoBlob;
        http.Response.Headers.CacheControl = "private";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await using (file)
        {
            await TypedResults.Stream(
                    file, facts.ContentType, lastModified: facts.LastModified, entityTag: new EntityTagHeaderValue($"\"{facts.ETag}\""), enableRangeProcessing: true)
                .ExecuteAsync(http);
        }
        return null;
    }

    /// <summary>The blob's present content, open: it can be read to its end even when it is replaced meanwhile.</summary>
    private (FileStream File, BlobFacts Facts)? Open(BlobName blob)
    {
        while (store.Blobs.Find(blob) is { } found)
        {
            try
            {
                return (new(found.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous), found.Facts);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Replaced between the two; look again.
            }
        }
        return null;
    }

    private (BlobName Blob, Problem? Refused) Check(HttpContext http, Permission permission)
    {
        BlobContainer? container = http.GetRouteValue("container") switch
        {
            "uploads" => BlobContainer.Uploads,
            "media" => BlobContainer.Media,
            _ => null,
        };
        if (container is not { } known || http.GetRouteValue("name") is not string name || !BlobName.IsValid(name))
            return (default, UploadProblems.NoBlob);
        var blob = new BlobName(known, name);
        return store.Signer.Check(http.Request.Query, permission, blob, clock.GetUtcNow()) switch
        {
            null => (blob, null),
            "url-expired" => (blob, UploadProblems.Expired),
            _ => (blob, UploadProblems.BadSignature),
        };
    }

    /// <summary>As a problem like everywhere, and with the storage service's own code for its clients, which look for it in this header.</summary>
    private static ValueTask RefuseAsync(HttpContext http, Problem problem)
    {
        http.Response.Headers["x-ms-error-code"] = UploadProblems.StorageCode(problem);
        return ProblemAnswer.WriteAsync(http, problem);
    }

    private static string ContentType(HttpContext http) => http.Request.Query["ct"].ToString();

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Blob} committed, {Bytes} bytes")]
    private static partial void LogCommitted(ILogger logger, BlobName blob, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Blob {Blob} could not be stored")]
    private static partial void LogFailed(ILogger logger, Exception exception, BlobName blob);
}
