using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using SeriesFunctions.Local.Walkthrough;

namespace Crash;

/// <summary>What a client was told, in the order in which it was told.</summary>
internal sealed record Buyer(string Id, string Token)
{
    /// <summary>Set once a checkout was acknowledged.</summary>
    public string? CheckoutId { get; set; }

    public string? PayPath { get; set; }

    /// <summary>Pay was sent; whether it took effect is not known.</summary>
    public bool PayTried { get; set; }

    /// <summary>Pay was acknowledged.</summary>
    public bool Paid { get; set; }
}

internal sealed class Rounds(string folder, int seed, TextWriter output) : IDisposable
{
    private const int Workers = 6;

    private readonly Random _random = new(seed);
    private readonly ConcurrentBag<Buyer> _buyers = [];
    private readonly ConcurrentBag<string> _uploaded = [];
    private readonly byte[] _video = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Walkthrough", "sample.mp4"));
    private readonly byte[] _cover = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Walkthrough", "cover.jpg"));
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{FreePort()}"), Timeout = TimeSpan.FromSeconds(40) };
    private string _series = "", _creatorToken = "";

    public async Task<int> RunAsync(int rounds)
    {
        output.WriteLine($"{rounds} rounds, seed {seed}");
        var host = await HostProcess.StartAsync(folder, _http);
        try
        {
            await PublishAsync();
            var settled = 0;
            for (var round = 1; round <= rounds; round++)
            {
                using var stop = new CancellationTokenSource();
                var load = Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => worker == 0 ? UploadAsync(stop.Token) : BuyAsync($"{round}-{worker}", stop.Token)));
                var life = TimeSpan.FromMilliseconds(_random.Next(50, 900));
                await Task.Delay(life);
                await host.KillAsync();
                await stop.CancelAsync();
                await load;
                await host.DisposeAsync();

                var started = Stopwatch.GetTimestamp();
                host = await HostProcess.StartAsync(folder, _http);
                var back = Stopwatch.GetElapsedTime(started);
                settled = await CompareAsync();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round,3}: killed after {life.TotalMilliseconds,4:0} ms, back in {back.TotalMilliseconds,4:0} ms; {_buyers.Count(buyer => buyer.CheckoutId is not null)} checkouts, {settled} paid, {_uploaded.Count} uploads, all as acknowledged"));
            }
            if (settled == 0 || _uploaded.IsEmpty)
                throw new InvalidOperationException("The load did nothing worth killing.");
            return 0;
        }
        catch (InvalidOperationException e)
        {
            output.WriteLine($"FAILED with seed {seed}: {e.Message}");
            return 1;
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>Everything that was acknowledged is there, everything queued goes on to its end, and the books balance. Answers how many purchases there are.</summary>
    private async Task<int> CompareAsync()
    {
        var anyone = new ApiClient(_http);
        Check((await anyone.PostAsync("/local/drain")).Status == HttpStatusCode.OK, "what was queued did not come to its end");
        var paid = 0;
        foreach (var buyer in _buyers)
        {
            if (buyer.CheckoutId is null)
                continue;
            var client = ApiClient.With(_http, buyer.Token);
            var checkout = await client.GetAsync($"/v1/checkouts/{buyer.CheckoutId}");
            Check(checkout.Status == HttpStatusCode.OK, $"checkout {buyer.CheckoutId} was acknowledged and is gone");
            var state = checkout.Text("state");
            Check(!buyer.Paid || state == "paid", $"checkout {buyer.CheckoutId} was paid and is {state}");
            Check(buyer.PayTried || state == "open", $"checkout {buyer.CheckoutId} was never paid and is {state}");
            Check(checkout.Text("price.amount") == "999", $"checkout {buyer.CheckoutId} has another price");
            var owned = (await client.GetAsync($"/v1/series/{_series}")).Text("owned") == "true";
            Check(owned == (state == "paid"), $"checkout {buyer.CheckoutId} is {state}, and owned is {owned}");
            paid += owned ? 1 : 0;
        }
        foreach (var video in _uploaded)
            Check((await ApiClient.With(_http, _creatorToken).GetAsync($"/v1/videos/{video}")).At("status")?.ToString() == "ready", $"the upload of {video} was acknowledged and it is not ready");

        var books = await ApiClient.With(_http, await TokenAsync("operator", "operator")).GetAsync("/v1/operator/ledger/creator");
        Check(books.Text("balances") == "true", "the ledger does not balance");
        // A checkout whose answer was lost may have been paid in a later life of its own: there is none here, so the numbers agree.
        Check(books.Text("transactions") == paid.ToString(CultureInfo.InvariantCulture), $"{paid} purchases and {books.Text("transactions")} transactions");
        return paid;
    }

    private async Task BuyAsync(string name, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            try
            {
                var id = $"buyer-{name}-{n}";
                var buyer = new Buyer(id, await TokenAsync(id));
                _buyers.Add(buyer);
                var checkout = await ApiClient.With(_http, buyer.Token).PostAsync($"/v1/series/{_series}/checkout", new JsonObject { ["successUrl"] = "https://app.example.com/ok", ["cancelUrl"] = "https://app.example.com/no" });
                Check(checkout.Status == HttpStatusCode.Created, $"a checkout was answered {(int)checkout.Status} {checkout.Body?.ToJsonString()}");
                buyer.PayPath = new Uri(checkout.Text("url")).AbsolutePath;
                buyer.CheckoutId = checkout.Text("checkoutId");
                if (n % 3 == 2)
                    continue;
                buyer.PayTried = true;
                buyer.Paid = (await new ApiClient(_http).PostAsync(buyer.PayPath + "/pay")).Status == HttpStatusCode.OK;
            }
            catch (Exception e) when (IsCutOff(e))
            {
                // Killed in the middle: not acknowledged.
                return;
            }
        }
    }

    // A connection that is reset while it is being made comes as a SocketException of its own.
    private static bool IsCutOff(Exception e) => e is HttpRequestException or IOException or SocketException or TaskCanceledException;

    private async Task UploadAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var ticket = await ApiClient.With(_http, _creatorToken).PostAsync("/v1/videos", new JsonObject { ["fileName"] = "a.mp4", ["sizeBytes"] = _video.Length, ["contentType"] = "video/mp4" });
                await PutAsync(ticket.At("upload")!, _video);
                _uploaded.Add(ticket.Text("videoId"));
            }
            catch (Exception e) when (IsCutOff(e))
            {
                return;
            }
        }
    }

    private async Task PublishAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var platform = ApiClient.With(_http, await TokenAsync("platform", "platform"));
        var moderator = ApiClient.With(_http, await TokenAsync("moderator", "moderator"));
        _creatorToken = await TokenAsync("creator");
        var creator = ApiClient.With(_http, _creatorToken);
        (await platform.PutAsync("/v1/platform/creators/creator/profile", new JsonObject
        {
            ["followers"] = 25_000, ["accountCreatedAt"] = now.AddYears(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), ["accountType"] = "personal", ["postsLast30Days"] = 12,
            ["viewsLast30Days"] = 48_000, ["country"] = "US", ["birthDate"] = "1994-05-17", ["handle"] = "@cleo",
        })).Expect(HttpStatusCode.NoContent);
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).Expect(HttpStatusCode.Accepted);
        await DrainAsync();
        var ticket = (await creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = "a.mp4", ["sizeBytes"] = _video.Length, ["contentType"] = "video/mp4" })).Expect(HttpStatusCode.Created);
        await PutAsync(ticket.At("upload")!, _video);
        _series = (await creator.PostAsync("/v1/series", new JsonObject { ["title"] = "Ceramics", ["description"] = "From clay to bowl.", ["price"] = new JsonObject { ["amount"] = 999, ["currency"] = "USD" } }))
            .Expect(HttpStatusCode.Created).Text("seriesId");
        var cover = (await creator.PostAsync($"/v1/series/{_series}/cover", new JsonObject { ["fileName"] = "c.jpg", ["sizeBytes"] = _cover.Length, ["contentType"] = "image/jpeg" })).Expect(HttpStatusCode.Created);
        await PutAsync(cover.At("upload")!, _cover);
        (await creator.PostAsync($"/v1/series/{_series}/videos", new JsonObject { ["videoId"] = ticket.Text("videoId") })).Expect(HttpStatusCode.Created);
        await DrainAsync();
        (await creator.PostAsync($"/v1/series/{_series}/submit")).Expect(HttpStatusCode.Accepted);
        await DrainAsync();
        var found = (await moderator.GetAsync("/v1/moderation/cases")).Text("items.0.caseId");
        (await moderator.PostAsync($"/v1/moderation/cases/{found}/decision", new JsonObject { ["decision"] = "approve", ["rule"] = "none", ["note"] = "" })).Expect(HttpStatusCode.OK);
        await DrainAsync();
    }

    private async Task DrainAsync() => (await new ApiClient(_http).PostAsync("/local/drain")).Expect(HttpStatusCode.OK);

    private async Task<string> TokenAsync(string user, params string[] roles) =>
        (await new ApiClient(_http).PostAsync("/local/tokens", new JsonObject { ["userId"] = user, ["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]) })).Text("token");

    private async Task PutAsync(JsonNode upload, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload["url"]!.ToString()) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new(upload["headers"]!["Content-Type"]!.ToString());
        using var response = await _http.SendAsync(request);
        Check(response.StatusCode == HttpStatusCode.Created, $"an upload was answered {(int)response.StatusCode}");
    }

    public void Dispose() => _http.Dispose();

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
