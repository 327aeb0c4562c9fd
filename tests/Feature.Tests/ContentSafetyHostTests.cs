using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Moderation;
using static Feature.Tests.Driving.SafetyAnswers;

namespace Feature.Tests;

/// <summary>A host with Azure AI Content Safety, and one without. Finds a finding that decides by itself, and a setting that is taken for one.</summary>
public sealed class ContentSafetyHostTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_host_that_is_told_of_the_service_shows_moderators_its_findings_first_and_nothing_is_decided_by_them()
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http => Json(http, http.Request.Path == "/contentsafety/image:analyze" ? Analysis(("Sexual", 6)) : Analysis());
        await using var told = new RunningHost();
        await told.StartAsync($"--ContentSafety:Endpoint={service.Url}", $"--ContentSafety:Key={Key}");
        var shop = new Shop(told);
        var creator = await shop.CreatorAsync();
        var (series, _) = await shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await told.DrainAsync();
        var moderator = await told.PersonAsync("moderator", "moderator");
        var opened = (await moderator.GetAsync($"/v1/moderation/cases/{await shop.CaseOfAsync(series)}")).Is(HttpStatusCode.OK);
        Assert.Equal(("open", "critical"), (opened.Text("state"), opened.Text("risk")));
        var check = opened.At("checks")!.AsArray().Single(one => one!["check"]!.ToString() == "content-safety")!;
        Assert.Equal(("false", "sexual 6 in cover"), (check["passed"]!.ToString(), check["finding"]!.ToString()));
        Assert.Equal(["/contentsafety/image:analyze", .. Enumerable.Repeat("/contentsafety/text:analyze", 3)], service.Received.Select(got => got.Path).Order(StringComparer.Ordinal));

        // A person has the last word; of the next revision only what changed is sent.
        await shop.DecideAsync(series);
        var read = (await creator.GetAsync($"/v1/series/{series}")).Is(HttpStatusCode.OK);
        service.Received.Clear();
        (await creator.PatchAsync($"/v1/series/{series}", new JsonObject { ["title"] = "Ceramics from one" }, read.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await told.DrainAsync();
        Assert.Equal("Ceramics from one", JsonNode.Parse(Assert.Single(service.Received).Body)!["text"]!.ToString());
    }

    [Fact]
    public async Task A_host_without_the_service_asks_nobody_and_half_a_setting_stops_the_start()
    {
        Assert.DoesNotContain(host.Services.GetRequiredService<IReadOnlyList<IContentCheck>>(), check => check is ContentSafetyCheck);
        foreach (var (settings, named) in new[]
        {
            (new[] { "--ContentSafety:Endpoint=https://name.cognitiveservices.azure.com" }, "ContentSafety:Key"),
            (["--ContentSafety:Endpoint=http://name.cognitiveservices.azure.com", "--ContentSafety:Key=k"], "ContentSafety:Endpoint"),
            (["--ContentSafety:Endpoint=https://:", "--ContentSafety:Key=k"], "ContentSafety:Endpoint"),
            (["--ContentSafety:Hate=7"], "Hate"),
            (["--ContentSafety:Patience=00:01:00"], "Patience"),
        })
        {
            var other = new RunningHost();
            Assert.Contains(named, (await Assert.ThrowsAsync<OptionsValidationException>(() => other.StartAsync(settings))).Message, StringComparison.Ordinal);
        }
    }
}
