using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Azure.Tests.Cosmos.Rest;

/// <summary>Answers with the headers that the SDK reads. Source: "Common Azure Cosmos DB REST response headers" and the SDK's HttpConstants.</summary>
internal static class RestReply
{
    public static HttpResponseMessage Json(HttpStatusCode status, byte[]? body, double charge, long lsn)
    {
        var reply = new HttpResponseMessage(status) { Content = new ByteArrayContent(body ?? []) };
        reply.Content.Headers.ContentType = new("application/json");
        reply.Headers.Add("x-ms-request-charge", charge.ToString(CultureInfo.InvariantCulture));
        reply.Headers.Add("x-ms-activity-id", Guid.NewGuid().ToString());
        reply.Headers.Add("x-ms-documentdb-partitionkeyrangeid", "0");
        // Range 0, no vector clock, and the log number that the answer knows of.
        reply.Headers.Add("x-ms-session-token", $"0:-1#{lsn}");
        return reply;
    }

    public static HttpResponseMessage Json(string body) => Json(HttpStatusCode.OK, Encoding.UTF8.GetBytes(body), 1, 0);

    public static HttpResponseMessage Error(HttpStatusCode status, int subStatus = 0, TimeSpan? retryAfter = null, double charge = 1, long lsn = 0)
    {
        var reply = Json(status, Encoding.UTF8.GetBytes($$"""{"code":"{{(int)status}}","message":"As the test asked, or as the rules say."}"""), charge, lsn);
        reply.Headers.Add("x-ms-substatus", subStatus.ToString(CultureInfo.InvariantCulture));
        if (retryAfter is { } wait)
            reply.Headers.Add("x-ms-retry-after-ms", wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return reply;
    }

    public static HttpResponseMessage WithETag(this HttpResponseMessage reply, string? etag)
    {
        if (etag is not null)
            reply.Headers.ETag = new EntityTagHeaderValue(etag);
        return reply;
    }

    public static HttpResponseMessage With(this HttpResponseMessage reply, string name, string? value)
    {
        if (value is not null)
            reply.Headers.TryAddWithoutValidation(name, value);
        return reply;
    }

    public static string? Header(this HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public static bool Says(this HttpRequestMessage request, string name) =>
        string.Equals(request.Header(name), "True", StringComparison.OrdinalIgnoreCase);
}
