using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Contract.Tests;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;

namespace Azure.Tests.Blobs;

/// <summary>How often a key for signing is asked for, and that no URL outlives the one it was signed with. The test answers in the service's place.</summary>
public sealed class KeyTests : IAsyncDisposable
{
    private static readonly BlobName s_media = BlobName.Media("videos/vid_1");
    private static readonly BlobName s_upload = BlobName.Upload("videos/usr_1/vid_1");

    private readonly HostClock _clock = new(new StandingTime());
    private readonly MediaAccount _account;
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> _keys = [];
    private int _failures;

    public KeyTests() => _account = MediaAccount.Scripted(AnswerAsync, options => options.Retries = 0, _clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task One_key_signs_for_everybody_who_asks_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () => await _account.Store.SignReadAsync(BlobName.Media($"videos/{i}"), Now.AddMinutes(15), Stop), Stop)));
        var key = Assert.Single(_keys);
        Assert.Equal(Now.AddMinutes(-5), key.Start, TimeSpan.FromSeconds(5));
        Assert.Equal(Now.AddHours(48), key.End, TimeSpan.FromSeconds(5));
        Assert.Equal("/?restype=service&comp=userdelegationkey", Assert.Single(_account.Line.Requests).Url.PathAndQuery);
    }

    [Fact]
    public async Task No_URL_outlives_its_key_and_keys_are_used_until_near_their_end()
    {
        for (var hour = 0; hour < 24 * 12; hour++)
        {
            var read = Query(await _account.Store.SignReadAsync(s_media, Now.AddMinutes(15), Stop));
            var upload = await _account.Store.SignUploadAsync(s_upload, "video/mp4", Now.AddHours(24), Stop);
            foreach (var query in new[] { read, Query(upload.Url) })
            {
                Assert.True(Time(query["se"]) <= Time(query["ske"]), $"{query["se"]} is after {query["ske"]}");
                Assert.True(Time(query["skt"]) <= Now.AddMinutes(-4), "A key that starts in our present might not have started at the service.");
            }
            Assert.Equal(Now.AddHours(24), upload.ExpiresAt, TimeSpan.FromSeconds(5));
            _clock.Advance(TimeSpan.FromHours(1));
        }
        // A key of 48 hours serves tickets of 24 for its first day.
        Assert.InRange(_keys.Count, 11, 13);
    }

    [Fact]
    public async Task A_key_near_its_end_is_not_used_for_short_URLs_either()
    {
        await _account.Store.SignReadAsync(s_media, Now.AddSeconds(10), Stop);
        _clock.Advance(TimeSpan.FromHours(48) - TimeSpan.FromMinutes(6));
        await _account.Store.SignReadAsync(s_media, Now.AddSeconds(10), Stop);
        Assert.Single(_keys);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await _account.Store.SignReadAsync(s_media, Now.AddSeconds(10), Stop);
        Assert.Equal(2, _keys.Count);
    }

    [Fact]
    public async Task The_longest_key_is_within_seven_days_of_its_start_and_not_asked_for_with_each_ticket()
    {
        for (var i = 0; i < 5; i++)
        {
            await _account.Store.SignUploadAsync(s_upload, "video/mp4", Now.AddDays(30), Stop);
            _clock.Advance(TimeSpan.FromSeconds(30));
        }
        var key = Assert.Single(_keys);
        Assert.True(key.End - key.Start <= TimeSpan.FromDays(7));
        Assert.True(key.End <= Now.AddDays(7).AddMinutes(-5), "The service's clock may be behind ours.");
    }

    [Fact]
    public async Task A_key_that_could_not_be_had_is_asked_for_again()
    {
        _failures = 1;
        await Assert.ThrowsAsync<MediaUnavailableException>(async () => await _account.Store.SignReadAsync(s_media, Now.AddMinutes(15), Stop));
        await _account.Store.SignReadAsync(s_media, Now.AddMinutes(15), Stop);
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_a_key_spoils_it_for_nobody()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _account.Store.SignReadAsync(s_media, Now.AddMinutes(15), gone.Token));
        Assert.Empty(_keys);
        await _account.Store.SignReadAsync(s_media, Now.AddMinutes(15), Stop);
        Assert.Single(_keys);
    }

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    private async Task<HttpResponseMessage?> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_failures-- > 0)
            return new(HttpStatusCode.ServiceUnavailable);
        var asked = XDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).Root!;
        var (start, end) = (asked.Element("Start")!.Value, asked.Element("Expiry")!.Value);
        _keys.Add((Time(start), Time(end)));
        var body = $"""
            <?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>oid</SignedOid><SignedTid>tid</SignedTid><SignedStart>{start}</SignedStart>
            <SignedExpiry>{end}</SignedExpiry><SignedService>b</SignedService><SignedVersion>2023-11-03</SignedVersion><Value>{Convert.ToBase64String(new byte[32])}</Value></UserDelegationKey>
            """;
        return new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/xml") };
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static Dictionary<string, string> Query(Uri url) =>
        url.Query[1..].Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));
}
