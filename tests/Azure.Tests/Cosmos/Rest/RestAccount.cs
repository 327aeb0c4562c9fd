using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Azure.Tests.Cosmos.Rest;

/// <summary>
/// An account with one container, as the real SDK in Gateway mode sees it through <c>HttpClientFactory</c>. It speaks the REST protocol as far as the store uses it and
/// no further; what it does not know it refuses. Sources: the public REST reference of Azure Cosmos DB (resources, headers, status codes, change feed with
/// <c>A-IM</c>) and, for what that leaves out (the account's settings, ETags of partition key ranges, batches, query plans), the SDK's public source.
/// </summary>
internal sealed class RestAccount(TimeProvider clock) : HttpMessageHandler
{
    // Resource ids are base64 of 4 and 8 bytes, of which the SDK checks the form.
    public const string DatabaseRid = "qHVdAA==";
    public const string ContainerRid = "qHVdAImeKAQ=";
    public const string Endpoint = "https://series.documents.example/";

    private readonly RestItems _items = new(clock);
    private readonly ConcurrentQueue<Func<HttpResponseMessage?>> _faults = new();
    private volatile bool _loseAnswer;

    /// <summary>What was asked for, e.g. <c>POST query</c>, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The same without the account, the container and its ranges, which the SDK reads and reads again when it likes.</summary>
    public IReadOnlyList<string> AskedForDocuments => [.. Asked.Where(asked => asked is not ("GET account" or "GET container" or "GET ranges"))];

    /// <summary>At most so many documents a page, whatever the request says: the service ends a page at 4 MB.</summary>
    public int PageSize { get; set; } = int.MaxValue;

    /// <summary>So many pages of a query are empty before the first that is not: the service ends a page when its time is up.</summary>
    public int EmptyPages { get; set; }

    /// <summary>The next requests for documents are refused.</summary>
    public void FailNext(int times, HttpStatusCode status, int subStatus = 0, TimeSpan? retryAfter = null)
    {
        for (var i = 0; i < times; i++)
            _faults.Enqueue(() => RestReply.Error(status, subStatus, retryAfter));
    }

    /// <summary>The next request for documents breaks off.</summary>
    public void BreakNext() => _faults.Enqueue(() => throw new HttpRequestException("As the test asked."));

    /// <summary>The next request for documents is carried out, and its answer is lost on the way.</summary>
    public void LoseNextAnswer() => _loseAnswer = true;

    /// <summary>The next request for documents is never answered.</summary>
    public void HangNext() => _faults.Enqueue(() => null);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        // The SDK escapes each segment once.
        var path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var kind = KindOf(request, path);
        Asked.Enqueue($"{request.Method} {kind}");
        var reply = await ReplyAsync(request, path, kind, body, cancellationToken);
        reply.RequestMessage = request;
        return reply;
    }

    private static string KindOf(HttpRequestMessage request, string[] path) => path.Length switch
    {
        0 => "account",
        4 => "container",
        5 when path[4] == "pkranges" => "ranges",
        5 when request.Says("x-ms-cosmos-is-query-plan-request") => "plan",
        5 when request.Says("x-ms-cosmos-is-batch-request") => "batch",
        5 when request.Says("x-ms-documentdb-isquery") => "query",
        5 when request.Header("A-IM") is not null => "changes",
        5 => request.Says("x-ms-documentdb-is-upsert") ? "upsert" : "create",
        6 => "document",
        _ => "unknown",
    };

    private async Task<HttpResponseMessage> ReplyAsync(
        HttpRequestMessage request, string[] path, string kind, byte[] body, CancellationToken cancellationToken)
    {
        // Entra ID tokens travel as "type=aad&ver=1.0&sig=…", escaped.
        if (request.Header("authorization")?.StartsWith("type%3daad", StringComparison.OrdinalIgnoreCase) != true)
            return RestReply.Error(HttpStatusCode.Unauthorized);
        switch (kind)
        {
            case "account":
                return RestReply.Json(RestResources.Account);
            case "container":
                return path[1] == RestResources.Database && path[3] == RestResources.Container
                    ? RestReply.Json(RestResources.ContainerJson)
                    : RestReply.Error(HttpStatusCode.NotFound);
            case "ranges":
                // The SDK reads on until it is told that nothing has changed since the last ETag.
                return request.Header("If-None-Match") == RestResources.RangesETag
                    ? RestReply.Json(HttpStatusCode.NotModified, null, 1, 0).WithETag(RestResources.RangesETag)
                    : RestReply.Json(RestResources.Ranges).WithETag(RestResources.RangesETag);
            case "plan":
                return RestReply.Json(RestQuery.Plan(body));
        }
        if (path[1] != RestResources.Database || path[3] != RestResources.Container)
            return RestReply.Error(HttpStatusCode.NotFound, subStatus: 1003);
        if (_faults.TryDequeue(out var fault))
        {
            if (fault() is { } refused)
                return refused;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        var reply = kind switch
        {
            "batch" => await BatchAsync(request, body),
            "query" => Query(request, body),
            "changes" => Changes(request),
            _ => One(request, path, kind, body),
        };
        if (!_loseAnswer)
            return reply;
        _loseAnswer = false;
        throw new HttpRequestException("As the test asked.");
    }

    private HttpResponseMessage One(HttpRequestMessage request, string[] path, string kind, byte[] body)
    {
        Verb? verb = (kind, request.Method.Method) switch
        {
            ("create", "POST") => Verb.Create,
            ("upsert", "POST") => Verb.Upsert,
            ("document", "GET") => Verb.Read,
            ("document", "PUT") => Verb.Replace,
            ("document", "DELETE") => Verb.Delete,
            _ => null,
        };
        if (verb is null || PartitionKey(request) is not { } partitionKey)
            return RestReply.Error(HttpStatusCode.BadRequest);
        var answer = _items.Apply(partitionKey, [new(verb.Value, path.ElementAtOrDefault(5), body, request.Header("If-Match"))])[0];
        if ((int)answer.Status >= 400)
            return RestReply.Error(answer.Status, charge: answer.Charge, lsn: _items.Lsn);
        var minimal = verb != Verb.Read && request.Header("Prefer") == "return=minimal";
        return RestReply.Json(answer.Status, minimal ? null : answer.Body, answer.Charge, _items.Lsn).WithETag(answer.ETag);
    }

    private async Task<HttpResponseMessage> BatchAsync(HttpRequestMessage request, byte[] body)
    {
        if (!request.Says("x-ms-cosmos-batch-atomic") || !request.Says("x-ms-cosmos-batch-ordered") || PartitionKey(request) is not { } partitionKey)
            return RestReply.Error(HttpStatusCode.BadRequest);
        if (body.Length > 2 * 1024 * 1024)
            return RestReply.Error(HttpStatusCode.RequestEntityTooLarge);
        var operations = await RestBatch.ReadAsync(body);
        if (operations.Count > 100)
            return RestReply.Error(HttpStatusCode.BadRequest);
        var answers = _items.Apply(partitionKey, operations);
        return RestReply.Json(RestBatch.StatusOf(answers), await RestBatch.WriteAsync(answers), answers.Sum(answer => answer.Charge), _items.Lsn);
    }

    private HttpResponseMessage Query(HttpRequestMessage request, byte[] body)
    {
        if (PartitionKey(request) is not { } partitionKey || RestQuery.TryParse(body) is not { } query)
            return RestReply.Error(HttpStatusCode.BadRequest);
        var continuation = request.Header("x-ms-continuation");
        if (EmptyPages > 0)
        {
            EmptyPages--;
            return Page([], 0).With("x-ms-continuation", continuation ?? RestQuery.Continuation(0));
        }
        var all = query.Run(_items.Live(partitionKey));
        var offset = RestQuery.Offset(continuation);
        var size = Math.Min(PageSize, int.Parse(request.Header("x-ms-max-item-count") ?? "100", CultureInfo.InvariantCulture));
        var page = all.Skip(offset).Take(size).ToArray();
        return Page([.. page.Select(query.Project)], page.Sum(item => item.Bytes.Length))
            .With("x-ms-continuation", offset + page.Length < all.Count ? RestQuery.Continuation(offset + page.Length) : null);
    }

    /// <summary>The latest version of what was written after the log number that the client names, in the order of writing.</summary>
    private HttpResponseMessage Changes(HttpRequestMessage request)
    {
        var since = request.Header("If-None-Match") is { } etag ? long.Parse(etag.Trim('"'), CultureInfo.InvariantCulture) : 0;
        var size = int.Parse(request.Header("x-ms-max-item-count") ?? "100", CultureInfo.InvariantCulture);
        var changed = _items.Live(PartitionKey(request)).Where(item => item.Lsn > since).OrderBy(item => item.Lsn).ToArray();
        // A transaction is never cut in two.
        var last = changed.Length == 0 ? since : changed[Math.Min(Math.Max(1, size < 0 ? int.MaxValue : size), changed.Length) - 1].Lsn;
        var page = changed.TakeWhile(item => item.Lsn <= last).ToArray();
        var next = $"\"{last}\"";
        return page.Length == 0
            ? RestReply.Json(HttpStatusCode.NotModified, null, 1, _items.Lsn).WithETag(next).With("x-ms-item-count", "0")
            : Page([.. page.Select(item => (JsonObject)item.Json.DeepClone())], page.Sum(item => item.Bytes.Length)).WithETag(next);
    }

    private HttpResponseMessage Page(JsonNode[] documents, int bytes)
    {
        var count = documents.Length.ToString(CultureInfo.InvariantCulture);
        var page = new JsonObject { ["_rid"] = ContainerRid, ["Documents"] = new JsonArray(documents), ["_count"] = documents.Length };
        return RestReply.Json(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(page), 2.3 + bytes / 4096.0, _items.Lsn)
            .With("x-ms-item-count", count)
            // The text needs no merging of several partitions' answers.
            .With("x-ms-cosmos-query-requiresdistribution", "False");
    }

    /// <summary>The partition key travels as a JSON array with one string.</summary>
    private static string? PartitionKey(HttpRequestMessage request) =>
        request.Header("x-ms-documentdb-partitionkey") is { } json ? JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetBytes(json))![0] : null;
}
