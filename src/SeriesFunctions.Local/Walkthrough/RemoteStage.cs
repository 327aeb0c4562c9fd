using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>
/// A host that runs elsewhere: on Azure, or under Core Tools. People come with tokens of their own (<c>--tokens FILE</c>), or, where the Functions app runs on this machine without the
/// platform in front of it, with the header that the platform would write (<c>--principals</c>). What is under way is waited for by looking; the clock is everybody's; a payment
/// page is for a person to pay on, or for nobody where the provider is a mock.
/// </summary>
public sealed class RemoteStage(HttpClient http, IReadOnlyDictionary<string, (string Token, string Id)>? tokens, bool payByHand, TextWriter output) : IStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PatienceWithPeople = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private TimeSpan _patience = Patience;

    public IStageClock? Clock => null;

    /// <summary>Reads <c>{"creator": {"token": "…", "id": "…"}, …}</c> for the five people. Throws <see cref="ArgumentException"/> for what is missing.</summary>
    public static IReadOnlyDictionary<string, (string Token, string Id)> ReadTokens(string json)
    {
        try
        {
            var people = JsonNode.Parse(json)!.AsObject();
            return Story.Roles.ToDictionary(role => role, role => (Part(role, "token"), Part(role, "id")));

            string Part(string role, string name) =>
                people[role]?[name]?.GetValue<string>() is { Length: > 0 } value ? value : throw new ArgumentException($"The tokens have no {role}.{name}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new ArgumentException("The tokens are to be JSON: {\"creator\": {\"token\": \"…\", \"id\": \"…\"}, …} for " + string.Join(", ", Story.Roles) + ".", e);
        }
    }

    public Task<Actor> SignInAsync(string role)
    {
        if (tokens is not null)
            return Task.FromResult(new Actor(role, ApiClient.With(http, tokens[role].Token), tokens[role].Id));
        var id = $"{role}-{_run}";
        var claims = new JsonArray(Claim("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", id));
        if (role is not ("creator" or "viewer"))
            claims.Add(Claim("roles", role));
        var principal = Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["auth_typ"] = "walkthrough", ["claims"] = claims }.ToJsonString()));
        return Task.FromResult(new Actor(role, new(http, new("X-MS-CLIENT-PRINCIPAL", principal)), id));
    }

    /// <summary>Looks until it is so; what it said last is what is told when it never was.</summary>
    public async Task<T> AfterwardsAsync<T>(Func<Task<T>> check)
    {
        using var patience = new CancellationTokenSource(_patience);
        using var timer = new PeriodicTimer(LookAgain);
        while (true)
        {
            try
            {
                return await check();
            }
            catch (StepFailedException) when (!patience.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    public Task<bool> PayAsync(Uri page, string title)
    {
        if (payByHand)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      Pay here within {PatienceWithPeople.TotalMinutes:0} minutes (in a sandbox with 4242 4242 4242 4242): {page}"));
            _patience = PatienceWithPeople;
        }
        return Task.FromResult(payByHand);
    }

    private static JsonObject Claim(string type, string value) => new() { ["typ"] = type, ["val"] = value };
}
