using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Somebody asks for everything that is stored about her. Finds an export that leaves something out, tells of others, can be fetched by others or for ever, or is made twice.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private Shop _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _shop = new(_host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<ZipArchive> ExportAsync(Person person)
    {
        (await person.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        var ready = (await person.GetAsync("/v1/me/export")).Is(HttpStatusCode.OK);
        Assert.Equal("ready", ready.Text("state"));
        var file = await _host.Anonymous().GetAsync(new Uri(ready.Text("download.url")).PathAndQuery);
        Assert.Equal((HttpStatusCode.OK, "application/zip", ready.Text("sizeBytes")), (file.Status, file.ContentType, file.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var zip = new ZipArchive(new MemoryStream(file.Bytes));
        var told = Read(zip, "index.json")["files"]!.AsArray();
        Assert.Equal(zip.Entries.Select(entry => entry.FullName).Where(name => name != "index.json"), told.Select(one => one!["name"]!.ToString()));
        Assert.All(told, one => Assert.Equal(one!["documents"]!.GetValue<int>(), Read(zip, one["name"]!.ToString()).AsArray().Count));
        Assert.Equal(ready.Text("documents"), told.Sum(one => one!["documents"]!.GetValue<long>()).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return zip;
    }

    private static JsonNode Read(ZipArchive zip, string name)
    {
        using var entry = zip.GetEntry(name)?.Open() ?? throw new InvalidOperationException($"There is no {name}, only {string.Join(", ", zip.Entries.Select(one => one.FullName))}.");
        return JsonNode.Parse(entry)!;
    }

    [Fact]
    public async Task A_creator_and_a_viewer_each_get_what_is_theirs()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        (await viewer.PostAsync("/v1/reports", new JsonObject { ["seriesId"] = series, ["reason"] = "spam", ["note"] = "Always the same bowl." })).Is(HttpStatusCode.Accepted);
        (await viewer.PostAsync($"/v1/series/{series}/videos/{video}/comments", new JsonObject { ["text"] = "What a bowl" })).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{series}/videos/{video}/comments", new JsonObject { ["text"] = "Thank you all" })).Is(HttpStatusCode.Created);
        await _host.DrainAsync();

        using var mine = await ExportAsync(viewer);
        var home = $"viewer/{viewer.Id}";
        Assert.Equal(999, Read(mine, $"{home}/purchase.json")[0]!["data"]!["amount"]!["amount"]!.GetValue<int>());
        Assert.Equal("purchase|pur" + checkout[3..], Read(mine, $"{home}/purchase.json")[0]!["id"]!.ToString());
        Assert.Equal(series, Read(mine, $"{home}/access.json")[0]!["data"]!["seriesId"]!.ToString());
        Assert.Equal("Always the same bowl.", Read(mine, $"{home}/report.json")[0]!["data"]!["note"]!.ToString());
        Assert.Equal("access.changed", Read(mine, $"feed/{viewer.Id}/note.json")[0]!["data"]!["type"]!.ToString());
        var said = Assert.Single(Read(mine, $"talk/s/{series}/{video}/comment.json").AsArray())!;
        Assert.Equal("What a bowl", said["data"]!["text"]!.ToString());
        Assert.DoesNotContain(mine.Entries, entry => entry.FullName.Contains("idem", StringComparison.Ordinal));

        using var hers = await ExportAsync(creator);
        Assert.Equal("1994-05-17", Read(hers, $"creator/{creator.Id}/profile.json")[0]!["data"]!["birthDate"]!.ToString());
        Assert.Equal(video, Read(hers, $"creator/{creator.Id}/video.json")[0]!["data"]!["id"]!.ToString());
        Assert.Equal("Ceramics from zero", Read(hers, $"series/{series}/public.json")[0]!["data"]!["content"]!["title"]!.ToString());
        Assert.Single(Read(hers, $"ledger/{creator.Id}/sale.json").AsArray());
        // Who bought is the buyer's to know, and who reported nobody's.
        Assert.DoesNotContain(hers.Entries, entry => entry.FullName.EndsWith("buyer.json", StringComparison.Ordinal));
        foreach (var entry in hers.Entries)
        {
            using var text = new StreamReader(entry.Open());
            Assert.DoesNotContain("Always the same bowl", await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_application_that_waits_is_in_it()
    {
        var platform = await _host.PersonAsync("platform", "platform");
        var small = await _host.PersonAsync("small");
        var profile = _shop.Profile();
        profile["followers"] = 4_000;
        (await platform.PutAsync($"/v1/platform/creators/{small.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series", ["portfolioUrl"] = "https://courses.example.com/cleo" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        using var zip = await ExportAsync(small);
        Assert.Equal("https://courses.example.com/cleo", Read(zip, "applications/open.json")[0]!["data"]!["portfolioUrl"]!.ToString());
    }

    [Fact]
    public async Task While_one_is_made_asking_again_answers_it_and_a_message_that_comes_twice_makes_nothing()
    {
        var person = await _host.PersonAsync("person");
        (await person.GetAsync("/v1/me/export")).IsProblem(404, "not-found");
        var first = (await person.PostAsync("/v1/me/export", key: "one")).Is(HttpStatusCode.Accepted).Text("exportId");
        await _host.DrainAsync();
        var ready = (await person.GetAsync("/v1/me/export")).Is(HttpStatusCode.OK);
        Assert.Equal(first, ready.Text("exportId"));

        var body = new JsonObject { ["id"] = first, ["userId"] = person.Id }.ToJsonString();
        var message = new Envelope("evt_again", "export-asked", 1, _host.Clock.GetUtcNow(), null, System.Text.Encoding.UTF8.GetBytes(body), null).ToJson();
        Assert.Equal(HandledAs.Done, (await _host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Notifications, message, 2, CancellationToken.None)).As);
        Assert.Equal(ready.Text("readyAt"), (await person.GetAsync("/v1/me/export")).Text("readyAt"));

        var second = (await person.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted).Text("exportId");
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task It_can_be_fetched_for_a_week_and_then_the_file_is_gone()
    {
        var person = await _host.PersonAsync("person");
        (await ExportAsync(person)).Dispose();
        var id = (await person.GetAsync("/v1/me/export")).Text("exportId");
        var media = _host.Services.GetRequiredService<IMediaStore>();
        var blob = BlobName.Media($"exports/{id}.zip");
        var url = new Uri((await person.GetAsync("/v1/me/export")).Text("download.url")).PathAndQuery;
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Forbidden, (await _host.Anonymous().GetAsync(url)).Status);
        Assert.NotNull(await media.FindAsync(blob, TestContext.Current.CancellationToken));

        _host.Clock.Advance(TimeSpan.FromDays(7));
        var expired = (await person.GetAsync("/v1/me/export")).Is(HttpStatusCode.OK);
        Assert.Equal("expired", expired.Text("state"));
        Assert.Null(expired.At("download"));
        await _host.Services.GetRequiredService<SweepMedia>().HandleAsync(TestContext.Current.CancellationToken);
        Assert.Null(await media.FindAsync(blob, TestContext.Current.CancellationToken));
    }
}
