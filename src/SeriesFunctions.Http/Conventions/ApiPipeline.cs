using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Http.Conventions;

/// <summary>
/// What every request goes through, on both hosts: who calls and how often, is the path readable, is the body ours and not too large, are key and precondition there; then the
/// endpoint; then the answer. Refusals happen in this order, and before the endpoint nothing was stored.
/// </summary>
public sealed partial class ApiPipeline(ICaller callers, RateLimits limits, IdempotencyClaims claims, TimeProvider clock, ILogger<ApiPipeline> logger)
{
    private static readonly Problem BadId = new(ProblemKind.Malformed, "bad-id", "An id is 1 to 64 characters of A-Z a-z 0-9 _ -.");
    private static readonly Problem NotJson = new(ProblemKind.UnsupportedType, "json-required", "Send the body as application/json in UTF-8.");
    private static readonly Problem KeyMissing = new(ProblemKind.Malformed, "idempotency-key-required", "Send an Idempotency-Key header of 1 to 64 characters, and the same one when you repeat the request.");
    private static readonly Problem IfMatchMissing = new(ProblemKind.PreconditionRequired, "if-match-required", "Send the ETag that you read as If-Match.");
    private static readonly Problem IfMatchBad = new(ProblemKind.Malformed, "bad-if-match", "If-Match takes one strong ETag as you read it, in double quotes.");

    public async Task RunAsync(ApiRoute route, HttpContext http)
    {
        try
        {
            var answer = await AnswerAsync(route, http, http.RequestAborted);
            await answer.ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer.
        }
        // The edge of the system: an outage is told as one, a bug as an internal error, and neither with its text.
        catch (Exception e)
        {
            if (http.Response.HasStarted)
                throw;
            http.Response.Clear();
            if (e is StoreUnavailableException or MediaUnavailableException or QueueUnavailableException)
            {
                LogUnavailable(logger, e, route.Name);
                await ProblemAnswer.WriteAsync(http, Problem.Unavailable("store"));
            }
            else
            {
                LogFailed(logger, e, route.Name);
                await ProblemAnswer.WriteInternalAsync(http);
            }
        }
    }

    private async ValueTask<Answer> AnswerAsync(ApiRoute route, HttpContext http, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag("seriesfunctions.operation", route.Name);
        Caller? caller = null;
        if (route.Who != Who.Nobody)
        {
            var reading = await callers.ReadAsync(http);
            caller = reading.Caller;
            // Before a bad token is refused, so that trying many is limited too.
            if ((caller is not null ? limits.Take(route.Limit, caller.Id) : limits.Take(route.Limit, callers.AddressOf(http))) is { } tooMany)
                return tooMany;
            if (reading.IsInvalid || caller is null && route.Who != Who.Anyone)
                return ProblemAnswer.NotAuthenticated;
            if (Missing(route.Who, caller) is { } missing)
                return Problem.Forbidden("role-required", $"This needs the role {missing}.");
        }
        foreach (var name in route.PathParameters)
        {
            var id = http.GetRouteValue(name) as string;
            if (!Ids.IsValid(id))
                return BadId;
            Activity.Current?.SetTag("seriesfunctions." + name, id);
        }
        // Also where no body is looked at: nobody sends megabytes for nothing.
        if (http.Request.ContentLength > route.MaxBody)
            return TooLarge(route.MaxBody);
        var body = ReadOnlyMemory<byte>.Empty;
        if (route.Request is not null || route.RawBody)
        {
            if (!route.RawBody && !IsJson(http.Request.ContentType))
                return NotJson;
            if (!(await ReadBodyAsync(http, route.MaxBody, cancellationToken)).IsOk(out var read, out var problem))
                return problem;
            body = read.Bytes;
        }
        string? ifMatch = null;
        if (route.Conditional && ReadIfMatch(http, out ifMatch) is { } noMatch)
            return noMatch;
        IdempotencyKey? key = null;
        if (route.Keyed)
        {
            if (!(await LookUpKeyAsync(route, http, caller!.Id, body, cancellationToken)).IsOk(out key, out var problem))
                return problem;
        }
        // Done already: nothing is asked, nothing changes, and the trail has its entry.
        if (route.RemembersKey && key?.Answer is { } before)
            return Answer.Again(before);
        // Whatever is saved from here on takes its audit entry with it. It ends with this method.
        if ((RoleOf(route.Who) ?? (route.Audited ? Acting.User : null)) is { } role && route.Method != HttpMethods.Get)
            Acting.Current = ActingIn(route, http, caller!, role);
        var answer = await route.HandleAsync(new(http, caller, body, key, ifMatch), cancellationToken);
        if (answer.Problem is not null)
            return answer;
        if (Acting.Current is { } acting)
            acting.IsDone = true;
        if (!route.RemembersKey || key is not { ClaimedId: null })
            return answer;
        if (!(await claims.RememberAsync(key, route.AnswersAnew ? null : answer.Keep(), cancellationToken)).IsOk(out var kept, out var reused))
            return reused;
        return kept is null ? answer : Answer.Again(kept);
    }

    private Acting ActingIn(ApiRoute route, HttpContext http, Caller caller, string role) => new(
        caller.Id, role, route.Name, [.. route.PathParameters.Select(name => (string)http.GetRouteValue(name)!)], Acting.Shorten(callers.AddressOf(http)), clock.GetUtcNow(),
        Activity.Current?.TraceId.ToHexString());

    private static string? Missing(Who who, Caller? caller) => RoleOf(who) is { } role && !caller!.Is(role) ? role : null;

    private static string? RoleOf(Who who) => who switch
    {
        Who.Moderator => Roles.Moderator,
        Who.Operator => Roles.Operator,
        Who.Platform => Roles.Platform,
        _ => null,
    };

    private static bool IsJson(string? contentType) =>
        contentType is not null
        && (contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/json;", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/merge-patch+json", StringComparison.OrdinalIgnoreCase));

    private readonly record struct BodyRead(ReadOnlyMemory<byte> Bytes);

    private static async ValueTask<Result<BodyRead>> ReadBodyAsync(HttpContext http, int max, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = max + 1;
        try
        {
            var buffer = new ArrayBufferWriter<byte>(Math.Max(256, (int)(http.Request.ContentLength ?? 1_024) + 1));
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer.GetMemory(256), cancellationToken)) > 0)
            {
                buffer.Advance(read);
                if (buffer.WrittenCount > max)
                    return TooLarge(max);
            }
            return new BodyRead(buffer.WrittenMemory);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(max)
                : new Problem(ProblemKind.Malformed, "malformed-body", "The body did not arrive whole.");
        }
    }

    private static Problem TooLarge(int max) => new(ProblemKind.TooLarge, "body-too-large", $"A body of this request has at most {max} bytes.");

    private static Problem? ReadIfMatch(HttpContext http, out string? etag)
    {
        etag = null;
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0)
            return IfMatchMissing;
        var text = header.ToString();
        if (header.Count > 1 || text.Length is < 3 or > 200 || text[0] != '"' || text[^1] != '"' || text.AsSpan(1, text.Length - 2).Contains('"'))
            return IfMatchBad;
        // Behind the tilde stands what makes a representation another one without a write: the price of the hour, who looks.
        var tilde = text.IndexOf('~', StringComparison.Ordinal);
        etag = text[1..(tilde < 0 ? text.Length - 1 : tilde)];
        return null;
    }

    private async ValueTask<Result<IdempotencyKey>> LookUpKeyAsync(ApiRoute route, HttpContext http, UserId caller, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var header = http.Request.Headers["Idempotency-Key"];
        var key = header.ToString();
        if (header.Count != 1 || key.Length is 0 or > 64)
            return KeyMissing;
        foreach (var c in key)
        {
            if (c is < '!' or > '~')
                return KeyMissing;
        }
        var request = Hash(http.Request.Path.Value!, body.Span);
        return route.NamedByKey ? new IdempotencyKey(caller, route.Name, key, request, ClaimedId: null) : await claims.LookUpAsync(caller, route.Name, key, request, cancellationToken);
    }

    private static string Hash(string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(path));
        hash.AppendData("\n"u8);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Operation} could not reach something that it needs")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string operation);
}
