using System.Text.Json;
using System.Text.Json.Serialization;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Identity;

namespace SeriesFunctions.Local.Hosting;

public sealed record TokenRequest(string UserId, IReadOnlyList<string>? Roles = null);

public sealed record TokenAnswer(string Token);

public sealed record ClockRequest(double AdvanceSeconds);

public sealed record ClockAnswer(DateTimeOffset Now);

/// <summary>What was left when a drain gave up, by name.</summary>
public sealed record DrainAnswer(bool Drained, IReadOnlyDictionary<string, long> Left);

/// <summary>The routes that only the single-process host has. They hand out tokens to whoever asks, so they answer on loopback alone.</summary>
public sealed class LocalEndpoints(LocalTokens tokens, HostClock clock, ClockFile clockFile, Drain drain)
{
    private static readonly TimeSpan FurthestMove = TimeSpan.FromDays(3_650);
    private static readonly Problem NotJson = new(ProblemKind.Malformed, "malformed-json", "The body is not the JSON that this route takes.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/local/tokens", ["POST"], Guarded(IssueAsync));
        routes.MapMethods("/local/clock", ["POST"], Guarded(MoveClockAsync));
        routes.MapMethods("/local/drain", ["POST"], Guarded(DrainAsync));
    }

    private static RequestDelegate Guarded(Func<HttpContext, Task> handle) => http =>
        http.Connection.RemoteIpAddress is { } address && System.Net.IPAddress.IsLoopback(address)
            ? handle(http)
            : ProblemAnswer.WriteAsync(http, Problem.NotFound("route")).AsTask();

    private async Task IssueAsync(HttpContext http)
    {
        if (await ReadAsync(http, LocalJson.Default.TokenRequest) is not { } request)
        {
            await ProblemAnswer.WriteAsync(http, NotJson);
            return;
        }
        var roles = request.Roles ?? [];
        var checks = new FieldChecks()
            .Must(Ids.IsValid(request.UserId), "userId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")
            .Must(roles.All(Roles.All.Contains), "roles", "unknown-role", $"Roles are {string.Join(", ", Roles.All)}.");
        if (!checks.AllGood)
        {
            await ProblemAnswer.WriteAsync(http, checks.Problem);
            return;
        }
        await http.Response.WriteAsJsonAsync(new TokenAnswer(tokens.Issue(new(request.UserId), roles)), LocalJson.Default.TokenAnswer);
    }

    private async Task MoveClockAsync(HttpContext http)
    {
        if (await ReadAsync(http, LocalJson.Default.ClockRequest) is not { } request)
        {
            await ProblemAnswer.WriteAsync(http, NotJson);
            return;
        }
        if (!double.IsFinite(request.AdvanceSeconds) || request.AdvanceSeconds < 0 || request.AdvanceSeconds > FurthestMove.TotalSeconds)
        {
            await ProblemAnswer.WriteAsync(http, Problem.Invalid([new("advanceSeconds", "out-of-range", "0 or more, and at most ten years: the clock never goes back.")]));
            return;
        }
        var by = TimeSpan.FromSeconds(request.AdvanceSeconds);
        // Kept before it is moved: after a restart nothing may lie in the future that was in the past.
        await clockFile.SaveAsync(clock.Offset + by, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new ClockAnswer(clock.Advance(by)), LocalJson.Default.ClockAnswer);
    }

    private async Task DrainAsync(HttpContext http)
    {
        var left = await drain.RunAsync(http.RequestAborted);
        http.Response.StatusCode = left.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status504GatewayTimeout;
        await http.Response.WriteAsJsonAsync(new DrainAnswer(left.Count == 0, left), LocalJson.Default.DrainAnswer);
    }

    private static async Task<T?> ReadAsync<T>(HttpContext http, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, shape, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(ApiTime)])]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ClockRequest))]
[JsonSerializable(typeof(ClockAnswer))]
[JsonSerializable(typeof(DrainAnswer))]
internal sealed partial class LocalJson : JsonSerializerContext;
