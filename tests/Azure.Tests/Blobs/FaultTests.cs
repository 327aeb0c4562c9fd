using System.Diagnostics.Metrics;
using System.Net;
using Azure.Core;
using Azure.Identity;
using SeriesFunctions.Blobs;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.Blobs;

/// <summary>What the service's refusals and the network's faults become. The test answers in the service's place.</summary>
public sealed class FaultTests
{
    private static readonly BlobName s_upload = BlobName.Upload("videos/usr_1/vid_1");
    private static readonly BlobName s_media = BlobName.Media("videos/vid_1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Verbs => ["find", "read", "copy", "delete", "list", "sign", "sign-upload"];

    public static TheoryData<string, int, string?> Outages()
    {
        var data = new TheoryData<string, int, string?>();
        foreach (var verb in new[] { "find", "read", "copy", "delete", "list", "sign" })
        {
            foreach (var (status, code) in new[] { (503, "ServerBusy"), (500, "InternalError"), (403, "AuthorizationPermissionMismatch"), (401, null), (404, "ContainerNotFound"), (429, null) })
                data.Add(verb, status, code);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task What_is_no_outcome_is_an_outage(string verb, int status, string? code)
    {
        await using var account = Answering((_, _) => Refuse(status, code), options => options.Retries = 1);

        var outage = await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, verb));

        Assert.DoesNotContain("sig=", outage.ToString(), StringComparison.Ordinal);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), outage.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_request_that_the_service_does_not_understand_is_a_bug(string verb)
    {
        await using var account = Answering((_, _) => Refuse(400, "InvalidHeaderValue"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(account.Store, verb));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_busy_service_is_asked_again_and_not_for_ever(int status)
    {
        var left = 2;
        await using (var account = Answering((_, _) => left-- > 0 ? Refuse(status, "ServerBusy") : Refuse(404, "BlobNotFound"), options => options.Retries = 2))
        {
            Assert.Null(await account.Store.FindAsync(s_media, Stop));
            Assert.Equal(3, account.Line.Requests.Count);
        }
        left = int.MaxValue;
        await using (var account = Answering((_, _) => left-- > 0 ? Refuse(status, "ServerBusy") : null!, options => options.Retries = 2))
        {
            await Assert.ThrowsAsync<MediaUnavailableException>(async () => await account.Store.FindAsync(s_media, Stop));
            Assert.Equal(3, account.Line.Requests.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_line_that_breaks_is_tried_again_and_then_an_outage(string verb)
    {
        await using var account = Answering((_, _) => throw new HttpRequestException("The line is gone."), options => options.Retries = 2);
        await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, verb));
        Assert.Equal(3, account.Line.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Nobody_waits_for_an_answer_that_does_not_come(string verb)
    {
        await using var account = MediaAccount.Scripted(HangAsync, options => (options.OperationSeconds, options.CopySeconds) = (1, 1));
        await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, verb));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Nobody_waits_for_as_long_as_a_busy_service_says(string verb)
    {
        await using var account = Answering((_, _) => Later(), options => (options.OperationSeconds, options.CopySeconds) = (1, 1));
        await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, verb));

        static HttpResponseMessage Later()
        {
            var answer = Refuse(503, "ServerBusy");
            answer.Headers.RetryAfter = new(TimeSpan.FromHours(1));
            return answer;
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Who_gives_up_is_not_told_of_an_outage(string verb)
    {
        using var gone = new CancellationTokenSource();
        await using var account = MediaAccount.Scripted(async (request, stop) =>
        {
            await gone.CancelAsync();
            return await HangAsync(request, stop);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(account.Store, verb, gone.Token));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Who_is_nobody_to_the_service_is_told_of_an_outage(string verb)
    {
        await using var account = MediaAccount.Scripted((_, _) => throw new InvalidOperationException("Nothing is asked without a token."), credential: new NoIdentity());
        await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, verb));
    }

    [Fact]
    public async Task A_blob_that_is_cut_off_while_it_is_read_is_read_on()
    {
        var asked = new List<string>();
        await using var account = Answering((request, _) =>
        {
            var range = request.Headers.GetValues("x-ms-range").Single();
            asked.Add(range);
            return range == "bytes=100-109" ? Part(100, [1, 2, 3, 4], 10) : Part(104, [5, 6, 7, 8, 9, 10], 6);
        });
        var buffer = new byte[10];
        Assert.Equal(10, await account.Store.ReadAsync(s_media, "e", 100, buffer, Stop));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], buffer);
        Assert.Equal(["bytes=100-109", "bytes=104-109"], asked);
        Assert.All(account.Line.Requests, request => Assert.Equal("\"e\"", request.Headers["If-Match"]));
    }

    [Theory]
    [InlineData("../media/x")]
    [InlineData("/x")]
    [InlineData("x/")]
    [InlineData("a//b")]
    [InlineData("a?sig=1")]
    [InlineData("a#b")]
    [InlineData("a%2fb")]
    [InlineData("a\\b")]
    [InlineData("a\r\nb")]
    [InlineData("ä")]
    [InlineData("")]
    public async Task A_name_that_is_none_is_never_asked_for(string name)
    {
        await using var account = MediaAccount.Scripted((_, _) => throw new InvalidOperationException("Nothing is asked."));
        var store = account.Store;
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.FindAsync(BlobName.Media(name), Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(BlobName.Media(name), "e", 0, new byte[1], Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DeleteAsync(BlobName.Media(name), null, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.CopyAsync(BlobName.Upload(name), "e", s_media, "video/mp4", Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.CopyAsync(s_upload, "e", BlobName.Media(name), "video/mp4", Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.SignReadAsync(BlobName.Media(name), DateTimeOffset.UtcNow.AddMinutes(1), Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.SignUploadAsync(BlobName.Upload(name), "video/mp4", DateTimeOffset.UtcNow.AddMinutes(1), Stop));
        Assert.Empty(account.Line.Requests);
    }

    [Fact]
    public async Task Numbers_out_of_range_are_bugs_of_the_caller()
    {
        await using var account = MediaAccount.Scripted((_, _) => throw new InvalidOperationException("Nothing is asked."));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await account.Store.ReadAsync(s_media, "e", -1, new byte[1], Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await account.Store.ListAsync(BlobContainer.Media, "", null, 0, Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await account.Store.ListAsync(BlobContainer.Media, "", null, 1_001, Stop));
    }

    [Fact]
    public async Task Every_call_records_how_long_it_took_and_how_it_ended()
    {
        var refuse = false;
        await using var account = Answering((_, _) => refuse ? Refuse(403, "AuthorizationFailure") : Refuse(404, "BlobNotFound"));
        var times = new List<(object?, object?)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests have meters of the same name; this store's are its factory's.
                if (instrument.Name == CallTimes.Name && ReferenceEquals(instrument.Meter.Scope, account.Meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Assert.InRange(seconds, 0, 60);
            times.Add((tags[0].Value, tags[1].Value));
        });
        listener.Start();

        await account.Store.FindAsync(s_media, Stop);
        await account.Store.DeleteAsync(s_media, null, Stop);
        refuse = true;
        await Assert.ThrowsAsync<MediaUnavailableException>(async () => await account.Store.FindAsync(s_media, Stop));
        await Assert.ThrowsAsync<MediaUnavailableException>(() => CallAsync(account.Store, "sign"));

        Assert.Equal([("find", "answered"), ("delete", "answered"), ("find", "unavailable"), ("key", "unavailable")], times);
    }

    private static MediaAccount Answering(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer, Action<BlobsOptions>? configure = null) =>
        MediaAccount.Scripted((request, stop) => Task.FromResult<HttpResponseMessage?>(answer(request, stop)), configure);

    private static async Task<HttpResponseMessage?> HangAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return null;
    }

    private static HttpResponseMessage Refuse(int status, string? code)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        if (code is not null)
            answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    /// <summary>Announces more than it sends, where <paramref name="announced"/> is more than <paramref name="bytes"/>.</summary>
    private static HttpResponseMessage Part(long from, byte[] bytes, int announced)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new StreamContent(new CutStream(bytes, bytes.Length < announced)) };
        answer.Headers.ETag = new("\"e\"");
        answer.Content.Headers.ContentLength = announced;
        answer.Content.Headers.ContentRange = new(from, from + announced - 1, 1_000);
        answer.Content.Headers.LastModified = DateTimeOffset.UtcNow;
        answer.Headers.Add("x-ms-blob-type", "BlockBlob");
        return answer;
    }

    private static async Task CallAsync(BlobMediaStore store, string verb, CancellationToken? cancellationToken = null)
    {
        var stop = cancellationToken ?? Stop;
        switch (verb)
        {
            case "find":
                await store.FindAsync(s_media, stop);
                break;
            case "read":
                await store.ReadAsync(s_media, "e", 0, new byte[10], stop);
                break;
            case "copy":
                await store.CopyAsync(s_upload, "e", s_media, "video/mp4", stop);
                break;
            case "delete":
                await store.DeleteAsync(s_media, "e", stop);
                break;
            case "list":
                await store.ListAsync(BlobContainer.Uploads, "", null, 10, stop);
                break;
            case "sign":
                await store.SignReadAsync(s_media, DateTimeOffset.UtcNow.AddMinutes(15), stop);
                break;
            default:
                await store.SignUploadAsync(s_upload, "video/mp4", DateTimeOffset.UtcNow.AddHours(1), stop);
                break;
        }
    }

    private sealed class NoIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("Nobody is signed in.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Nobody is signed in.");
    }

    /// <summary>A body whose line may break at its end.</summary>
    private sealed class CutStream(byte[] bytes, bool breaks) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read == 0 && breaks ? throw new IOException("The line is gone.") : read;
        }

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            await ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
    }
}
