using System.Net;
using System.Text;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>What operators do about events that could not be sent. The local host's relay parks nothing, so a test puts there what the Functions app's would.</summary>
public sealed class ParkedEventTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private Person _operator = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _operator = await _host.PersonAsync("operator", "operator");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_parked_event_is_listed_sent_and_handled()
    {
        var creator = await _host.PersonAsync("creator");
        var platform = await _host.PersonAsync("platform", "platform");
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", new Shop(_host).Profile())).Is(HttpStatusCode.NoContent);
        // Her application is there, and what tells of it never got onto its queue.
        var user = new UserId(creator.Id);
        var now = _host.Clock.GetUtcNow();
        var standing = CreatorStanding.New(user).With(Programme.Series, new(ProgrammeStatus.Applied, "app_1", null, now, null, null));
        await Records.SaveAsync(new Batch(CreatorStanding.In(user)).Create(CreatorStanding.DocumentId, standing), TestContext.Current.CancellationToken);
        var envelope = new Envelope("evt_1", "application-received", 1, now, null, Encoding.UTF8.GetBytes($$"""{"creatorId":"{{creator.Id}}","programme":"Series","applicationId":"app_1"}"""), null);
        await ParkAsync("prk_1", $$"""{"id":"event|evt_1","pk":"x","type":"event","body":{{Encoding.UTF8.GetString(envelope.ToJson())}}}""");

        var listed = (await _operator.GetAsync("/v1/operator/parked-events")).Is(HttpStatusCode.OK);
        Assert.Equal(("prk_1", "application-received", "too-large"), (listed.Text("items.0.parkedId"), listed.Text("items.0.name"), listed.Text("items.0.reason")));
        Assert.DoesNotContain(creator.Id, Encoding.UTF8.GetString(listed.Bytes), StringComparison.Ordinal);
        var path = $"/v1/operator/parked-events/{listed.Text("items.0.day")}/prk_1/replay";
        (await _operator.PostAsync(path, key: "k1")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Assert.Equal("approved", (await creator.GetAsync("/v1/creators/me")).Text("status"));

        // The same request again, and another one.
        (await _operator.PostAsync(path, key: "k1")).Is(HttpStatusCode.Accepted);
        (await _operator.PostAsync(path)).IsProblem(404, "not-found");
        Assert.Empty((await _operator.GetAsync("/v1/operator/parked-events")).At("items")!.AsArray());
    }

    [Fact]
    public async Task What_still_can_not_be_read_stays_where_it_is()
    {
        await ParkAsync("prk_1", "42");
        var day = (await _operator.GetAsync("/v1/operator/parked-events")).Text("items.0.day");
        (await _operator.PostAsync($"/v1/operator/parked-events/{day}/prk_1/replay")).IsProblem(409, "still-unreadable");
        var listed = await _operator.GetAsync($"/v1/operator/parked-events?day={day}");
        Assert.Equal("prk_1", listed.Text("items.0.parkedId"));
        Assert.Null(listed.At("items.0.name"));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-02-30")]
    [InlineData("20261121")]
    public async Task A_day_is_one(string day)
    {
        (await _operator.GetAsync($"/v1/operator/parked-events?day={day}")).IsProblem(400, "bad-day");
        (await _operator.PostAsync($"/v1/operator/parked-events/{day}/prk_1/replay")).IsProblem(400, "bad-day");
    }

    private Records Records => _host.Services.GetRequiredService<Records>();

    private async Task ParkAsync(string id, string item)
    {
        var parked = new ParkedEvent(id, "event|evt_1", "too-large", _host.Clock.GetUtcNow(), item);
        Assert.True((await Records.SaveAsync(new Batch(ParkedEvent.On(parked.Day)).Put(parked.Id, parked, parked.Sort), TestContext.Current.CancellationToken)).IsOk);
    }
}
