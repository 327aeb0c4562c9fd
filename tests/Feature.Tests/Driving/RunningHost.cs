using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;

namespace Feature.Tests.Driving;

/// <summary>A local host of a test's own, on a free port, a folder that goes with it, and a clock that the test moves. Requests are not limited: few people do in seconds what takes them days.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "series-test-" + Guid.NewGuid().ToString("N")[..10]);
    private LocalHost _host = null!;
    private HttpClient _http = null!;
    private int _people;

    public HostClock Clock { get; init; } = new();

    public string Folder => _folder;

    /// <summary>What a test puts in the place of what the host is made of; set before it starts.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    public IServiceProvider Services => _host.Services;

    public IReadOnlyList<ApiRoute> Routes => Services.GetRequiredService<ApiRoutes>().All;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync(params string[] settings)
    {
        _host = await LocalHost.StartAsync([$"--Local:Data={_folder}", "--Local:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", "--Limits:Enabled=false", .. settings], Clock, CancellationToken.None, Replace);
        _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = _host.Url, Timeout = TimeSpan.FromSeconds(60) };
    }

    public async Task StopAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public Person Anonymous() => new(_http, "", null);

    /// <summary>Somebody new who is signed in.</summary>
    public Task<Person> PersonAsync(string name, params string[] roles) => SignInAsync($"{name}-{Interlocked.Increment(ref _people)}", roles);

    /// <summary>The same person with a fresh token: they don't last for days.</summary>
    public async Task<Person> SignInAsync(string id, params string[] roles)
    {
        var body = new JsonObject { ["userId"] = id, ["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]) };
        async Task<string> SignInAsync() => (await Anonymous().PostAsync("/local/tokens", body.DeepClone())).Is(HttpStatusCode.OK).Text("token");
        return new(_http, id, await SignInAsync(), SignInAsync);
    }

    /// <summary>Everything that is due is done.</summary>
    public async Task DrainAsync() => (await Anonymous().PostAsync("/local/drain")).Is(HttpStatusCode.OK);

    /// <summary>How many documents, events and messages there are: what a refused request must not change. Without how far the sweeps are, which they write down when a minute is over.</summary>
    public long Stored()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "series.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) + coalesce(sum(version), 0) FROM documents WHERE pk <> 'due') + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM messages)";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Every document as it is stored.</summary>
    public IReadOnlyList<(string Partition, string Id, string Body)> Documents()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "series.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT pk, id, body FROM documents";
        using var reader = command.ExecuteReader();
        var found = new List<(string, string, string)>();
        while (reader.Read())
            found.Add((reader.GetString(0), reader.GetString(1), System.Text.Encoding.UTF8.GetString((byte[])reader[2])));
        return found;
    }

    public string Now(TimeSpan later = default) => Time(Clock.GetUtcNow() + later);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}
