using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using static Feature.Tests.Driving.SafetyAnswers;

namespace Feature.Tests;

/// <summary>The adapter of Azure AI Content Safety against a service on this machine that answers as the real one does, and as it shouldn't. Finds a silence that is taken for a yes.</summary>
public sealed class ContentSafetyTests(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>With more time than any machine needs, and no repetitions.</summary>
    private static ContentSafetyOptions To(Receiver service) =>
        new() { Endpoint = service.Url.ToString(), Key = Key, Retries = 0, RequestTimeout = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(50) };

    private async Task<(CheckResult Result, string Log)> LookAsync(
        ContentSafetyOptions options, string description = "From clay to bowl.", string? cover = null, TimeProvider? clock = null, ContentSafetyToken? token = null, string title = "Ceramics")
    {
        var log = new Lines();
        clock ??= TimeProvider.System;
        using var service = new ContentSafetyService(options, clock, log, token);
        var content = new SeriesContent(title, description, "crafts", cover, null, []);
        var check = new ContentSafetyCheck(service, host.Services.GetRequiredService<IMediaStore>(), options, clock);
        var result = await check.LookAsync(new(new(new("ser_1"), 1, new("creator"), content, DateTimeOffset.UtcNow, 0, null), ProgrammeStatus.Approved), TestContext.Current.CancellationToken);
        Assert.Equal("content-safety", result.Check);
        Assert.False(result.Clear, "the service decides nothing by itself");
        return (result, string.Join('\n', log));
    }

    [Fact]
    public async Task Texts_and_cover_are_asked_as_the_service_is_defined_and_pass_where_nothing_is_found()
    {
        await using var service = await Receiver.StartAsync();
        var asked = new ConcurrentQueue<(string Path, string? Version, string? Key)>();
        service.Answer = http =>
        {
            asked.Enqueue((http.Request.Path, http.Request.Query["api-version"], http.Request.Headers["Ocp-Apim-Subscription-Key"]));
            return Json(http, Analysis());
        };
        var media = host.Services.GetRequiredService<IMediaStore>();
        await media.WriteAsync(Cover.Blob("cov_safe"), "image/jpeg", new MemoryStream(Shop.SampleCover), TestContext.Current.CancellationToken);
        var (result, log) = await LookAsync(To(service), "Σαπούνι από ελιά. 陶芸を学ぼう。", "cov_safe");
        Assert.True(result.Passed);
        Assert.Null(result.Finding);
        Assert.Empty(log);
        Assert.Equal(3, asked.Count);
        Assert.All(asked, one => Assert.Equal(("2024-09-01", Key), (one.Version, one.Key)));

        var bodies = service.Received.Select(got => (got.Path, Body: JsonNode.Parse(got.Body)!)).ToList();
        Assert.All(bodies, one => Assert.Equal("""["Hate","SelfHarm","Sexual","Violence"]""", one.Body["categories"]!.ToJsonString()));
        Assert.All(bodies, one => Assert.Equal("FourSeverityLevels", one.Body["outputType"]!.ToString()));
        Assert.Equal(["Ceramics", "Σαπούνι από ελιά. 陶芸を学ぼう。"], bodies.Where(one => one.Path == "/contentsafety/text:analyze").Select(one => one.Body["text"]!.ToString()).Order(StringComparer.Ordinal));
        var picture = bodies.Single(one => one.Path == "/contentsafety/image:analyze").Body;
        Assert.Equal(Shop.SampleCover, Convert.FromBase64String(picture["image"]!["content"]!.ToString()));
    }

    [Theory]
    [InlineData("Hate", 2, 10)]
    [InlineData("SelfHarm", 4, 30)]
    [InlineData("Sexual", 6, 60)]
    [InlineData("Violence", 4, 30)]
    public async Task Each_category_is_a_finding_for_a_person_and_weighs_by_its_severity(string category, int severity, int points)
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http => Json(http, Analysis((category, severity)));
        var (result, _) = await LookAsync(To(service));
        Assert.False(result.Passed);
        Assert.Equal(points, result.Points);
        Assert.Equal($"{category.ToLowerInvariant()} {severity} in title; {category.ToLowerInvariant()} {severity} in description", result.Finding);
    }

    [Fact]
    public async Task What_is_below_its_threshold_or_not_looked_for_is_no_finding()
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http => Json(http, Analysis(("Hate", 4), ("Violence", 2)));
        var options = To(service);
        (options.Hate, options.Violence) = (6, 4);
        Assert.True((await LookAsync(options)).Result.Passed);
        options.Hate = 0;
        Assert.True((await LookAsync(options)).Result.Passed);
        Assert.DoesNotContain("Hate", Encoding.UTF8.GetString(service.Received.Last().Body), StringComparison.Ordinal);
        options.Violence = 2;
        Assert.Equal("violence 2 in title; violence 2 in description", (await LookAsync(options)).Result.Finding);
    }

    [Theory]
    [InlineData(200, "not json at all", "not-readable")]
    [InlineData(200, "", "not-readable")]
    [InlineData(200, "null", "incomplete")]
    [InlineData(200, "{}", "incomplete")]
    [InlineData(200, """{"categoriesAnalysis":null}""", "incomplete")]
    [InlineData(200, """{"categoriesAnalysis":"Hate"}""", "not-readable")]
    [InlineData(200, """{"categoriesAnalysis":[null,{"category":"Hate","severity":0}]}""", "incomplete")]
    [InlineData(200, """{"categoriesAnalysis":[{"category":"Hate"},{"category":"SelfHarm","severity":0},{"category":"Sexual","severity":0},{"category":"Violence","severity":0}]}""", "incomplete")]
    [InlineData(200, """{"categoriesAnalysis":[{"category":"Hate","severity":-1},{"category":"SelfHarm","severity":0},{"category":"Sexual","severity":0},{"category":"Violence","severity":0}]}""", "incomplete")]
    [InlineData(400, """{"error":{"code":"InvalidRequestBody","message":"The text «From clay to bowl.» is wrong."}}""", "400 InvalidRequestBody")]
    [InlineData(401, """{"error":{"code":"401","message":"Access denied."}}""", "401 401")]
    [InlineData(403, "<html>From clay to bowl.</html>", "403")]
    [InlineData(404, """{"error":{"code":"a code with From clay to bowl."}}""", "404")]
    [InlineData(429, """{"error":{"code":"TooManyRequests","message":"Slower."}}""", "429 TooManyRequests")]
    [InlineData(500, """{"error":{"code":"InternalError","message":"Oh."}}""", "500 InternalError")]
    [InlineData(503, """{"error":{"code":"ServerBusy","message":"Later."}}""", "503 ServerBusy")]
    [InlineData(302, "", "302")]
    public async Task No_answer_is_for_a_person_and_says_why_without_a_word_of_the_text(int status, string body, string why)
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http =>
        {
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            return Json(http, body, status);
        };
        var (result, log) = await LookAsync(To(service));
        Assert.False(result.Passed);
        Assert.Equal(10, result.Points);
        Assert.Equal($"unanswered: title ({why}); description ({why})", result.Finding);
        Assert.Contains(why, log, StringComparison.Ordinal);
        foreach (var text in new[] { "clay", "Ceramics", Key })
            Assert.DoesNotContain(text, log + result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_hangs_floods_or_is_not_there_is_given_up_in_time()
    {
        await using var service = await Receiver.StartAsync();
        var options = To(service);
        options.RequestTimeout = TimeSpan.FromMilliseconds(200);
        service.Answer = Receiver.HangAsync;
        Assert.Equal("unanswered: title (timed-out); description (timed-out)", (await LookAsync(options)).Result.Finding);

        // Two tries of each are more than there is patience for. A try that is given up early enough may never arrive.
        (options.Retries, options.Patience) = (5, TimeSpan.FromMilliseconds(300));
        var before = service.Received.Count;
        Assert.Equal("unanswered: title (timed-out); description (timed-out)", (await LookAsync(options)).Result.Finding);
        Assert.InRange(service.Received.Count - before, 0, 2);

        options = To(service);
        service.Answer = Receiver.FloodAsync;
        Assert.Equal("unanswered: title (not-readable); description (not-readable)", (await LookAsync(options)).Result.Finding);
        options.Endpoint = "http://127.0.0.1:9/";
        Assert.Equal("unanswered: title (not-reachable); description (not-reachable)", (await LookAsync(options)).Result.Finding);
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_after_as_long_as_it_says()
    {
        await using var service = await Receiver.StartAsync();
        var busy = new ConcurrentDictionary<string, bool>();
        service.Answer = http =>
        {
            var body = Encoding.UTF8.GetString(service.Received.Last().Body);
            if (!busy.TryAdd(body, true))
                return Json(http, Analysis(("Hate", 6)));
            http.Response.Headers.RetryAfter = "7";
            return Json(http, """{"error":{"code":"TooManyRequests","message":"Slower."}}""", 429);
        };
        var options = To(service);
        options.Retries = 1;
        var clock = new SkippingTime(TimeSpan.FromSeconds(7));
        Assert.Equal("hate 6 in description", (await LookAsync(options, clock: clock, title: " ")).Result.Finding);
        Assert.Equal(1, clock.Skipped);

        // Longer than there is patience: nobody waits, and a person looks.
        busy.Clear();
        options.Patience = TimeSpan.FromSeconds(6);
        var before = service.Received.Count;
        Assert.Equal("unanswered: description (429 TooManyRequests)", (await LookAsync(options, clock: clock, title: " ")).Result.Finding);
        Assert.Equal(1, service.Received.Count - before);
    }

    [Fact]
    public async Task A_fault_that_passes_is_tried_again_and_a_refusal_is_not()
    {
        await using var service = await Receiver.StartAsync();
        var status = 500;
        service.Answer = http => service.Received.Count % 2 == 1 ? Json(http, "", status) : Json(http, Analysis());
        var options = To(service);
        options.Retries = 1;
        var clock = new SkippingTime(TimeSpan.FromSeconds(0.5));
        Assert.True((await LookAsync(options, clock: clock, title: " ")).Result.Passed);
        Assert.Equal((2, 1), (service.Received.Count, clock.Skipped));
        status = 400;
        Assert.Equal("unanswered: description (400)", (await LookAsync(options, clock: clock, title: " ")).Result.Finding);
        Assert.Equal((3, 1), (service.Received.Count, clock.Skipped));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_between_words_and_every_piece_is_looked_at()
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http => Json(http, http.Request.ContentLength < 60_000 ? Analysis(("Violence", 6)) : Analysis());
        // Each of these letters is two units of UTF-16 and one code point, which is what the service counts.
        var text = string.Concat(Enumerable.Repeat("𐐨𐐨𐐨𐐨 ", 2_500)) + "here";
        var (result, _) = await LookAsync(To(service), text, title: " ");
        Assert.Equal("violence 6 in description", result.Finding);
        var pieces = service.Received.Select(got => JsonNode.Parse(got.Body)!["text"]!.ToString()).ToList();
        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, piece => Assert.InRange(piece.EnumerateRunes().Count(), 1, 10_000));
        Assert.Contains(text, new[] { pieces[0] + pieces[1], pieces[1] + pieces[0] });

        service.Received.Clear();
        await LookAsync(To(service), new string('x', 20_001), title: " ");
        Assert.Equal([1, 10_000, 10_000], service.Received.Select(got => JsonNode.Parse(got.Body)!["text"]!.ToString().Length).Order());
    }

    [Fact]
    public async Task A_cover_that_the_service_does_not_take_is_for_a_person()
    {
        await using var service = await Receiver.StartAsync();
        service.Answer = http => Json(http, Analysis());
        var media = host.Services.GetRequiredService<IMediaStore>();
        await media.WriteAsync(Cover.Blob("cov_large"), "image/jpeg", new MemoryStream(new byte[(4 << 20) + 1]), TestContext.Current.CancellationToken);
        Assert.Equal("unanswered: cover (larger than 4 MB)", (await LookAsync(To(service), cover: "cov_large")).Result.Finding);
        Assert.Equal("unanswered: cover (gone)", (await LookAsync(To(service), cover: "cov_nowhere")).Result.Finding);
        Assert.All(service.Received, got => Assert.Equal("/contentsafety/text:analyze", got.Path));
    }

    [Fact]
    public async Task An_identity_signs_where_there_is_no_key_and_without_a_token_nobody_asks()
    {
        await using var service = await Receiver.StartAsync();
        var signed = new ConcurrentQueue<(string? Bearer, string? Key)>();
        service.Answer = http =>
        {
            signed.Enqueue((http.Request.Headers.Authorization, http.Request.Headers["Ocp-Apim-Subscription-Key"]));
            return Json(http, Analysis());
        };
        var options = To(service);
        options.Key = "";
        var (result, log) = await LookAsync(options, token: _ => ValueTask.FromResult<string?>("token-of-the-app"));
        Assert.True(result.Passed);
        Assert.All(signed, one => Assert.Equal(("Bearer token-of-the-app", (string?)null), one));
        Assert.DoesNotContain("token-of", log, StringComparison.Ordinal);

        foreach (var none in new ContentSafetyToken?[] { null, _ => ValueTask.FromResult<string?>(null) })
            Assert.Equal("unanswered: title (no-token); description (no-token)", (await LookAsync(options, token: none)).Result.Finding);
        Assert.Equal(2, signed.Count);
    }

    /// <summary>The system's time, but for pauses of one length, which are over at once.</summary>
    private sealed class SkippingTime(TimeSpan skip) : TimeProvider
    {
        private int _skipped;

        public int Skipped => _skipped;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == skip)
                Interlocked.Increment(ref _skipped);
            return base.CreateTimer(callback, state, dueTime == skip ? TimeSpan.Zero : dueTime, period);
        }
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger<ContentSafetyService>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Enqueue(formatter(state, exception) + exception);
    }
}
