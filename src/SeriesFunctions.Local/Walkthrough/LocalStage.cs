using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>The single-process host: tokens for the asking, a queue that can be drained, a clock that can be moved, and a provider that is simulated.</summary>
public sealed class LocalStage(HttpClient http) : IStage, IStageClock
{
    private readonly ApiClient _anyone = new(http);
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    public IStageClock? Clock => this;

    public async Task<Actor> SignInAsync(string role)
    {
        var id = role switch { "creator" or "viewer" => $"{role}-{_run}", _ => $"{role}-of-the-story" };
        var roles = role is "creator" or "viewer" ? new JsonArray() : new JsonArray(role);
        var token = (await _anyone.PostAsync("/local/tokens", new JsonObject { ["userId"] = id, ["roles"] = roles })).Expect(HttpStatusCode.OK).Text("token");
        return new(role, ApiClient.With(http, token), id);
    }

    public async Task<T> AfterwardsAsync<T>(Func<Task<T>> check)
    {
        (await _anyone.PostAsync("/local/drain")).Expect(HttpStatusCode.OK);
        return await check();
    }

    public async Task<bool> PayAsync(Uri page, string title)
    {
        var html = await http.GetStringAsync(page);
        if (!html.Contains(title, StringComparison.Ordinal))
            throw new StepFailedException("the page does not name the series");
        (await _anyone.PostAsync(page.AbsolutePath + "/pay")).Expect(HttpStatusCode.OK);
        return true;
    }

    public Task<DateTimeOffset> NowAsync() => AdvanceAsync(0);

    public async Task AdvanceToAsync(DateTimeOffset to) => await AdvanceAsync(Math.Max(0, (to - await NowAsync()).TotalSeconds));

    private async Task<DateTimeOffset> AdvanceAsync(double seconds) =>
        DateTimeOffset.Parse((await _anyone.PostAsync("/local/clock", new JsonObject { ["advanceSeconds"] = seconds })).Expect(HttpStatusCode.OK).Text("now"), CultureInfo.InvariantCulture);
}
