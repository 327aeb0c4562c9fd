using System.Net.Http.Headers;
using SeriesFunctions.Core.Media;

namespace Contract.Tests.Media;

/// <summary>Uses signed URLs the way a client does: with nothing but HTTP.</summary>
public static class SignedUrls
{
    public static readonly HttpClient Http = new(PinnedCertificate.Handler());

    public static async Task<HttpResponseMessage> PutAsync(this SignedUpload upload, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in upload.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        change?.Invoke(request);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> PutBlockAsync(this SignedUpload upload, string id, byte[] body) =>
        Http.PutAsync(With(upload.Url, $"comp=block&blockid={Uri.EscapeDataString(BlockId(id))}"), new ByteArrayContent(body), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> PutBlockListAsync(this SignedUpload upload, params string[] ids) =>
        upload.PutBlockListXmlAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{string.Concat(ids.Select(id => $"<Latest>{BlockId(id)}</Latest>"))}</BlockList>");

    public static async Task<HttpResponseMessage> PutBlockListXmlAsync(this SignedUpload upload, string xml)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, With(upload.Url, "comp=blocklist")) { Content = new StringContent(xml) };
        // What Blob Storage would have to be told; a store that signs the content type needs it not.
        request.Headers.Add("x-ms-blob-content-type", upload.Headers["Content-Type"]);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<HttpResponseMessage> GetAsync(this Uri url, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        change?.Invoke(request);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> GetRangeAsync(this Uri url, long? from, long? to) => url.GetAsync(request => request.Headers.Range = new RangeHeaderValue(from, to));

    public static Uri With(Uri url, string parameters) => new($"{url}&{parameters}");

    /// <summary>The same URL with one character of a parameter changed.</summary>
    public static Uri Tamper(Uri url, string parameter)
    {
        var text = url.AbsoluteUri;
        var at = text.IndexOf($"{parameter}=", StringComparison.Ordinal) + parameter.Length + 1;
        Assert.True(at > parameter.Length, $"The URL has no {parameter}.");
        var other = text[at] switch { '9' => '8', >= '0' and < '9' => (char)(text[at] + 1), 'A' => 'B', 'r' => 'w', 'w' => 'r', _ => 'A' };
        return new(string.Concat(text.AsSpan(0, at), [other], text.AsSpan(at + 1)));
    }

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string BlockId(string id) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(id));
}
