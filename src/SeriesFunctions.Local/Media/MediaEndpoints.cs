using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Local.Media;

/// <summary>
/// Uploads and playback on the local host: what Blob Storage does on Azure. The URL's signature is the only credential; it names one blob and one purpose.
/// </summary>
public sealed partial class MediaEndpoints(FolderMediaStore store, Func<BlobFacts, CancellationToken, ValueTask> uploadCommitted, TimeProvider clock, ILogger<MediaEndpoints> logger)
{
    /// <summary>A little over the largest video, so that one that is too large is turned down for that and not cut off.</summary>
    private const long MaxBytes = (4L << 30) + (1 << 20);

    private static readonly Problem BadName = Problem.NotFound("blob");
    private static readonly Problem TooLarge = new(ProblemKind.TooLarge, "too-large", "An upload has at most 4 GB.");
    private static readonly Problem BrokenOff = new(ProblemKind.Malformed, "broken-off", "The upload did not arrive whole. Nothing was stored; send it again.");
    private static readonly Problem BadMd5 = new(ProblemKind.Malformed, "md5-mismatch", "What arrived is not what Content-MD5 says. Nothing was stored; send it again.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/media/{container}/{**name}", ["PUT"], http => GuardAsync(http, Permission.Write, PutAsync));
        routes.MapMethods("/media/{container}/{**name}", ["GET", "HEAD"], http => GuardAsync(http, Permission.Read, GetAsync));
    }

    private async Task GuardAsync(HttpContext http, Permission permission, Func<HttpContext, BlobName, Task> handle)
    {
        var name = http.GetRouteValue("name") as string;
        BlobContainer? container = http.GetRouteValue("container") switch
        {
            "uploads" => BlobContainer.Uploads,
            "media" => BlobContainer.Media,
            _ => null,
        };
        if (container is not { } known || !BlobName.IsValid(name))
        {
            await ProblemAnswer.WriteAsync(http, BadName);
            return;
        }
        var blob = new BlobName(known, name!);
        if (store.Signer.Check(http.Request.Query, permission, blob, clock.GetUtcNow()) is { } refusal)
        {
            await ProblemAnswer.WriteAsync(http, Problem.Forbidden(refusal, refusal == "url-expired" ? "This URL is no longer good. Ask for a new one." : "This URL does not allow that."));
            return;
        }
        await handle(http, blob);
    }

    private async Task PutAsync(HttpContext http, BlobName blob)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            await ProblemAnswer.WriteAsync(http, TooLarge);
            return;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes + 1;
        var unfinished = store.NewUnfinished();
        try
        {
            if (await ReceiveAsync(http, unfinished) is { } problem)
            {
                await ProblemAnswer.WriteAsync(http, problem);
                return;
            }
            var facts = store.Commit(unfinished, blob, http.Request.Query["ct"].ToString());
            // Told before it is acknowledged: an upload that was answered 201 is validated, whatever happens next.
            await uploadCommitted(facts, CancellationToken.None);
            LogCommitted(logger, blob, facts.Length);
            http.Response.StatusCode = StatusCodes.Status201Created;
            http.Response.Headers.ETag = $"\"{facts.ETag}\"";
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, and what it sent with it.
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static async ValueTask<Problem?> ReceiveAsync(HttpContext http, string path)
    {
        var claimed = http.Request.Headers.ContentMD5.ToString();
#pragma warning disable CA5351 // MD5 is what Content-MD5 means: a check against line errors, not against people.
        using var md5 = claimed.Length > 0 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        var buffer = new byte[128 * 1024];
        long received = 0;
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                received += read;
                if (received > MaxBytes)
                    return TooLarge;
                md5?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            }
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : BrokenOff;
        }
        if (http.Request.ContentLength is { } announced && announced != received)
            return BrokenOff;
        if (md5 is not null && Convert.ToBase64String(md5.GetHashAndReset()) != claimed)
            return BadMd5;
        file.Flush(flushToDisk: true);
        return null;
    }

    private async Task GetAsync(HttpContext http, BlobName blob)
    {
        if (blob.Container != BlobContainer.Media || store.Find(blob) is not { } found)
        {
            await ProblemAnswer.WriteAsync(http, BadName);
            return;
        }
        http.Response.Headers.CacheControl = "private";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await TypedResults.PhysicalFile(
                found.Path, found.Facts.ContentType, lastModified: found.Facts.LastModified, entityTag: new EntityTagHeaderValue($"\"{found.Facts.ETag}\""), enableRangeProcessing: true)
            .ExecuteAsync(http);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Blob} committed, {Bytes} bytes")]
    private static partial void LogCommitted(ILogger logger, BlobName blob, long bytes);
}
