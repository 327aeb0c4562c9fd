using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Local.Media;

/// <summary>Receives a request's body into a file.</summary>
internal static class UploadReceiver
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Null when the whole body is in the file and on disk; otherwise why not, and the file is of no use.</summary>
    public static async ValueTask<Problem?> ReceiveAsync(HttpContext http, string path, long maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
            return UploadProblems.TooLarge;
        // The server's own limit is for small requests; ours is counted below.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var claimed = http.Request.Headers.ContentMD5.ToString();
#pragma warning disable CA5351 // MD5 is what Content-MD5 means: a check against line errors, not against people.
        using var md5 = claimed.Length > 0 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long received = 0;
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                received += read;
                if (received > maxBytes)
                    return UploadProblems.TooLarge;
                md5?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            }
        }
        catch (BadHttpRequestException)
        {
            return UploadProblems.BrokenOff;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (http.Request.ContentLength is { } announced && announced != received)
            return UploadProblems.BrokenOff;
        if (md5 is not null && Convert.ToBase64String(md5.GetHashAndReset()) != claimed)
            return UploadProblems.BadMd5;
        file.Flush(flushToDisk: true);
        return null;
    }
}
