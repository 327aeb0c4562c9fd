using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using SeriesFunctions.Core.Documents;

namespace Feature.Tests;

/// <summary>A phone that repeats itself on routes which remember a key. Finds what is done, charged or brought back a second time, and an answer that is kept although it must not be.</summary>
public sealed class RepeatTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_tier_is_not_changed_again_by_what_comes_again()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        var up = new JsonObject { ["tierId"] = family };
        var first = (await viewer.PostAsync($"{mine}/tier", up, "up")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = friends }, "down")).Is(HttpStatusCode.OK);
        host.Clock.Advance(host.Clock.GetUtcNow().AddMonths(1) - host.Clock.GetUtcNow() - TimeSpan.FromDays(26));
        AssertSame(first, await viewer.PostAsync($"{mine}/tier", up, "up"));
        await host.DrainAsync();
        Assert.Equal(friends, (await viewer.GetAsync(mine)).Text("next.tierId"));
        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = friends }, "up")).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_rating_that_was_changed_or_taken_back_stays_so()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        var path = $"/v1/series/{series}/rating";
        var body = new JsonObject { ["stars"] = 5, ["text"] = "Good hands." };
        var first = (await viewer.PostAsync(path, body, "rate")).Is(HttpStatusCode.Created);
        AssertSame(first, await viewer.PostAsync(path, body, "rate"));
        var edited = (await viewer.PatchAsync(path, new JsonObject { ["stars"] = 2 }, first.ETag)).Is(HttpStatusCode.OK);
        AssertSame(first, await viewer.PostAsync(path, body, "rate"));
        Assert.Equal("2", (await viewer.GetAsync(path)).Text("stars"));
        (await viewer.DeleteAsync(path, edited.ETag)).Is(HttpStatusCode.NoContent);
        AssertSame(first, await viewer.PostAsync(path, body, "rate"));
        (await viewer.GetAsync(path)).IsProblem(404, "not-found");

        // A refusal is not kept, a key is its owner's, and after a week it is forgotten.
        var (other, _) = await _shop.BuyerAsync(series);
        Assert.Equal(other.Id, (await other.PostAsync(path, body, "rate")).Is(HttpStatusCode.Created).Text("authorId"));
        (await viewer.PostAsync(path, body, "again")).Is(HttpStatusCode.Created);
        (await viewer.PostAsync(path, new JsonObject { ["stars"] = 1 }, "third")).IsProblem(409, "already-rated");
        (await viewer.DeleteAsync(path, (await viewer.GetAsync(path)).ETag)).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync(path, new JsonObject { ["stars"] = 1 }, "third")).Is(HttpStatusCode.Created);
        (await viewer.DeleteAsync(path, (await viewer.GetAsync(path)).ETag)).Is(HttpStatusCode.NoContent);
        host.Clock.Advance(IdempotencyClaims.KeptFor + TimeSpan.FromMinutes(1));
        (await viewer.PostAsync(path, body, "rate")).Is(HttpStatusCode.Created);
        Assert.Equal("5", (await viewer.GetAsync(path)).Text("stars"));
    }

    [Fact]
    public async Task A_link_that_was_ended_stays_ended_and_its_answer_has_the_same_headers()
    {
        var creator = await _shop.CreatorAsync();
        var body = new JsonObject { ["kind"] = "profile", ["place"] = "profile" };
        var made = (await creator.PostAsync("/v1/creators/me/links", body, "link")).Is(HttpStatusCode.Created);
        var one = $"/v1/creators/me/links/{made.Text("linkCode")}";
        (await creator.DeleteAsync(one, made.ETag)).Is(HttpStatusCode.NoContent);
        AssertSame(made, await creator.PostAsync("/v1/creators/me/links", body, "link"));
        Assert.Equal(one, made.Headers.Location!.ToString());
        (await host.Anonymous().GetAsync(made.Text("path"))).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task What_an_operator_took_away_is_not_given_by_a_repetition_and_has_no_second_entry()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var oper = await host.PersonAsync("operator", "operator");
        var viewer = await host.PersonAsync("viewer");
        var path = $"/v1/operator/viewers/{viewer.Id}/access/{series}";
        var give = new JsonObject { ["decision"] = "grant", ["reason"] = "test" };
        var given = (await oper.PostAsync(path, give, "give")).Is(HttpStatusCode.OK);
        (await oper.PostAsync(path, new JsonObject { ["decision"] = "revoke", ["reason"] = "test" }, "take")).Is(HttpStatusCode.OK);
        var entries = await EntriesAsync();
        AssertSame(given, await oper.PostAsync(path, give, "give"));
        Assert.Equal("Revoked", (await oper.GetAsync(path)).Text("grants.0.state"), ignoreCase: true);
        Assert.Equal((2, 2), (entries, await EntriesAsync()));

        async Task<int> EntriesAsync()
        {
            await host.DrainAsync();
            return (await oper.GetAsync($"/v1/operator/audit?actor={oper.Id}")).Is(HttpStatusCode.OK).At("items")!.AsArray().Count;
        }
    }

    [Fact]
    public async Task A_link_that_lets_in_whoever_has_it_is_stored_nowhere()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        var body = new JsonObject { ["returnUrl"] = "https://app.example.com/back" };
        var first = (await viewer.PostAsync($"{mine}/portal", body, "portal")).Is(HttpStatusCode.Created);
        (await viewer.PostAsync($"{mine}/portal", body, "portal")).Is(HttpStatusCode.Created);
        Assert.DoesNotContain(host.Documents(), document => document.Body.Contains(first.Text("url"), StringComparison.Ordinal));
        (await viewer.PostAsync($"{mine}/portal", new JsonObject { ["returnUrl"] = "https://app.example.com/other" }, "portal")).IsProblem(422, "idempotency-key-reused");
    }

    private static void AssertSame(Reply first, Reply again)
    {
        Assert.Equal((first.Status, first.ContentType, first.Headers.ETag, first.Headers.Location), (again.Status, again.ContentType, again.Headers.ETag, again.Headers.Location));
        Assert.Equal(first.Bytes, again.Bytes);
    }
}
