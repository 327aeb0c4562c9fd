using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Local.Media;

/// <summary>What a signed URL allows, in the words of a storage service's shared access signature.</summary>
public enum Permission
{
    Read,
    Write,
}

/// <summary>Signs and checks URLs for one blob and one purpose with HMAC-SHA256. The key lies in the data folder, so URLs outlive a restart.</summary>
public sealed class UrlSigner(byte[] key)
{
    private const int KeyBytes = 32;

    /// <summary>The key in <paramref name="path"/>, made on first use, readable by its owner alone.</summary>
    public static UrlSigner Open(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: KeyBytes } kept)
            return new(kept);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }
        return new(key);
    }

    /// <summary>The query of a URL: permission, expiry in unix milliseconds, content type for uploads, signature.</summary>
    public string Query(Permission permission, BlobName blob, string? contentType, DateTimeOffset expiresAt)
    {
        var expiry = expiresAt.ToUnixTimeMilliseconds();
        var query = string.Create(CultureInfo.InvariantCulture, $"?sp={Letter(permission)}&se={expiry}");
        if (contentType is not null)
            query += "&ct=" + Uri.EscapeDataString(contentType);
        return query + "&sig=" + Sign(permission, blob, contentType, expiry);
    }

    /// <summary>Null when the query allows it now; otherwise the code of what is wrong with it.</summary>
    public string? Check(IQueryCollection query, Permission permission, BlobName blob, DateTimeOffset now)
    {
        if (!long.TryParse(query["se"], NumberStyles.None, CultureInfo.InvariantCulture, out var expiry) || query["sp"] != Letter(permission))
            return "bad-signature";
        string? contentType = query.TryGetValue("ct", out var given) ? given.ToString() : null;
        var wanted = Encoding.ASCII.GetBytes(Sign(permission, blob, contentType, expiry));
        // Every character counts, and none tells by its time which one was wrong.
        if (!CryptographicOperations.FixedTimeEquals(wanted, Encoding.UTF8.GetBytes(query["sig"].ToString())))
            return "bad-signature";
        return now.ToUnixTimeMilliseconds() < expiry ? null : "url-expired";
    }

    private string Sign(Permission permission, BlobName blob, string? contentType, long expiry)
    {
        Span<byte> signature = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Letter(permission)}\n{blob}\n{expiry}\n{contentType}")), signature);
        return Base64Url.EncodeToString(signature);
    }

    private static string Letter(Permission permission) => permission == Permission.Read ? "r" : "w";
}
