using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests.Driving;

/// <summary>Builds what a test starts from, the way people would: over HTTP.</summary>
public sealed class Shop(RunningHost host)
{
    public static readonly byte[] SampleVideo = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Walkthrough", "sample.mp4"));
    public static readonly byte[] SampleCover = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Walkthrough", "cover.jpg"));

    public static JsonObject Price(long amount) => new() { ["amount"] = amount, ["currency"] = "USD" };

    public static JsonObject NewSeries(long amount = 999) =>
        new() { ["title"] = "Ceramics from zero", ["description"] = "From clay to bowl.", ["category"] = "crafts", ["price"] = Price(amount) };

    public static JsonObject Return() => new() { ["successUrl"] = "https://app.example.com/ok", ["cancelUrl"] = "https://app.example.com/back" };

    public JsonObject Profile() => new()
    {
        ["followers"] = 25_000,
        ["accountCreatedAt"] = host.Now(TimeSpan.FromDays(-400)),
        ["accountType"] = "personal",
        ["postsLast30Days"] = 12,
        ["viewsLast30Days"] = 48_000,
        ["country"] = "US",
        ["birthDate"] = "1994-05-17",
        ["handle"] = "@cleo",
    };

    public async Task<Person> CreatorAsync()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var creator = await host.PersonAsync("creator");
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", Profile())).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return creator;
    }

    public static JsonObject NewTier(string name, long amount) => new() { ["name"] = name, ["price"] = Price(amount) };

    /// <summary>A creator in both programmes.</summary>
    public async Task<Person> SubscriptionCreatorAsync()
    {
        var creator = await CreatorAsync();
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "subscription" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return creator;
    }

    /// <summary>A creator in the subscription programme alone: with too few followers for the other.</summary>
    public async Task<Person> SubscriptionOnlyCreatorAsync()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var creator = await host.PersonAsync("creator");
        var profile = Profile();
        profile["followers"] = 1_000;
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "subscription" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return creator;
    }

    /// <summary>A creator with a tier at 4.99 and one at 9.99.</summary>
    public async Task<(Person Creator, string Friends, string Family)> TiersAsync()
    {
        var creator = await SubscriptionCreatorAsync();
        var friends = (await creator.PostAsync("/v1/creators/me/tiers", NewTier("Friends", 499))).Is(HttpStatusCode.Created).Text("tierId");
        return (creator, friends, (await creator.PostAsync("/v1/creators/me/tiers", NewTier("Family", 999))).Is(HttpStatusCode.Created).Text("tierId"));
    }

    /// <summary>A viewer who has paid her first month, and where her subscription is.</summary>
    public async Task<(Person Viewer, string Mine)> SubscriberAsync(Person creator, string tier)
    {
        var viewer = await host.PersonAsync("viewer");
        var opened = (await viewer.PostAsync($"/v1/creators/{creator.Id}/tiers/{tier}/subscribe", Return())).Is(HttpStatusCode.Created);
        await PayAsync(opened);
        return (viewer, $"/v1/me/subscriptions/{opened.Text("subscriptionId")}");
    }

    /// <summary>A video for subscribers, handed in and approved.</summary>
    public async Task<string> ExclusiveAsync(Person creator, string video, params string[] tiers)
    {
        var body = new JsonObject { ["videoId"] = video, ["title"] = "Behind the wheel", ["tierIds"] = new JsonArray([.. tiers.Select(tier => JsonValue.Create(tier))]) };
        var id = (await creator.PostAsync("/v1/creators/me/exclusives", body)).Is(HttpStatusCode.Created).Text("exclusiveId");
        await host.DrainAsync();
        await DecideAsync(id);
        return id;
    }

    public static async Task<(string VideoId, JsonNode Upload)> AnnounceAsync(Person creator, long? size = null)
    {
        var made = (await creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = "bowl.mp4", ["sizeBytes"] = size ?? SampleVideo.Length, ["contentType"] = "video/mp4" })).Is(HttpStatusCode.Created);
        return (made.Text("videoId"), made.At("upload")!);
    }

    public async Task<string> ReadyVideoAsync(Person creator)
    {
        var (id, upload) = await AnnounceAsync(creator);
        (await creator.UploadAsync(upload, SampleVideo)).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        Assert.Equal("ready", (await creator.GetAsync($"/v1/videos/{id}")).Text("status"));
        return id;
    }

    public static async Task<string> DraftAsync(Person creator, long amount = 999) =>
        (await creator.PostAsync("/v1/series", NewSeries(amount))).Is(HttpStatusCode.Created).Text("seriesId");

    /// <summary>A draft with a video and a cover: ready to be submitted.</summary>
    public async Task<(string SeriesId, string VideoId)> CompleteDraftAsync(Person creator, long amount = 999)
    {
        var video = await ReadyVideoAsync(creator);
        var id = await DraftAsync(creator, amount);
        var cover = (await creator.PostAsync($"/v1/series/{id}/cover", new JsonObject { ["fileName"] = "cover.jpg", ["sizeBytes"] = SampleCover.Length, ["contentType"] = "image/jpeg" })).Is(HttpStatusCode.Created);
        (await creator.UploadAsync(cover.At("upload")!, SampleCover)).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{id}/videos", new JsonObject { ["videoId"] = video, ["title"] = "Throwing a bowl" })).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        return (id, video);
    }

    public async Task<string> CaseOfAsync(string seriesId)
    {
        var moderator = await host.PersonAsync("moderator", "moderator");
        var open = (await moderator.GetAsync("/v1/moderation/cases?limit=100")).Is(HttpStatusCode.OK);
        return open.At("items")!.AsArray().Single(item => item!["seriesId"]!.ToString() == seriesId)!["caseId"]!.ToString();
    }

    public async Task DecideAsync(string seriesId, string decision = "approve")
    {
        var moderator = await host.PersonAsync("moderator", "moderator");
        (await moderator.PostAsync($"/v1/moderation/cases/{await CaseOfAsync(seriesId)}/decision", new JsonObject { ["decision"] = decision, ["rule"] = "texts", ["note"] = "See the title." })).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }

    public async Task<(Person Creator, string SeriesId, string VideoId)> PublishedAsync(long amount = 999)
    {
        var creator = await CreatorAsync();
        var (id, video) = await CompleteDraftAsync(creator, amount);
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await DecideAsync(id);
        return (creator, id, video);
    }

    public static async Task<Reply> CheckoutAsync(Person viewer, string seriesId) => (await viewer.PostAsync($"/v1/series/{seriesId}/checkout", Return())).Is(HttpStatusCode.Created);

    /// <summary>Asks to buy it, and says what came of that.</summary>
    public static Task<Reply> StartAsync(Person viewer, string series, string? code = null, string? key = null)
    {
        var body = Return();
        if (code is not null)
            body["promoCode"] = code;
        return viewer.PostAsync($"/v1/series/{series}/checkout", body, key);
    }

    /// <summary>How a checkout stands, and why it failed.</summary>
    public static async Task<(string State, string? Why)> StateAsync(Person viewer, string checkout)
    {
        var seen = (await viewer.GetAsync($"/v1/checkouts/{checkout}")).Is(HttpStatusCode.OK);
        return (seen.Text("state"), seen.At("failureCode")?.ToString());
    }

    /// <summary>What the provider took for a checkout, and what of it was given back.</summary>
    public (int Taken, int Back) MoneyOf(string checkout)
    {
        var payment = host.Services.GetRequiredService<SimulatedProvider>().FindPayment("pi_sim_" + checkout[4..])!;
        return ((int)payment.Amount, (int)payment.Refunded);
    }

    public async Task PayAsync(Reply checkout)
    {
        (await host.Anonymous().PostAsync(new Uri(checkout.Text("url")).AbsolutePath + "/pay")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }

    /// <summary>A viewer who has bought it, and the checkout that she paid.</summary>
    public async Task<(Person Viewer, string CheckoutId)> BuyerAsync(string seriesId)
    {
        var viewer = await host.PersonAsync("viewer");
        var checkout = await CheckoutAsync(viewer, seriesId);
        await PayAsync(checkout);
        return (viewer, checkout.Text("checkoutId"));
    }

    public async Task<JsonObject> DiscountAsync(Person creator, string seriesId, int percent, TimeSpan starts, TimeSpan lasts) =>
        (await creator.PostAsync($"/v1/series/{seriesId}/discounts", DiscountBody(percent, starts, lasts))).Is(HttpStatusCode.Created).Body!.AsObject();

    public JsonObject DiscountBody(int percent, TimeSpan starts, TimeSpan lasts) =>
        new() { ["percentOff"] = percent, ["startsAt"] = host.Now(starts), ["endsAt"] = host.Now(starts + lasts) };

    /// <summary>Three strikes within a minute.</summary>
    public async Task SuspendAsync(Person creator)
    {
        var platform = await host.PersonAsync("platform", "platform");
        foreach (var strike in new[] { "one", "two", "three" })
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/{strike}", new JsonObject { ["at"] = host.Now(), ["reason"] = "spam" })).Is(HttpStatusCode.NoContent);
    }
}
