using System.Net.Sockets;
using System.Text;
using Feature.Tests.Driving;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>Requests that are too large in every way that there is, written byte by byte. Finds what is read before it is refused, and what falls over instead of refusing.</summary>
public sealed class SizeLimitTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_body_that_says_how_large_it_is_is_refused_on_every_route_before_it_is_sent()
    {
        var person = await host.PersonAsync("all", "moderator", "operator", "platform");
        foreach (var route in host.Routes)
        {
            // Nothing follows the head: whoever waited for the body would never answer.
            var answer = await SendAsync(Head(route, person, $"Content-Length: {route.MaxBody + 1}"));
            Assert.True(answer.StartsWith("HTTP/1.1 413 ", StringComparison.Ordinal) && answer.Contains("\"body-too-large\"", StringComparison.Ordinal), $"{route.Name}: {answer}");
        }
    }

    [Fact]
    public async Task A_body_in_chunks_is_refused_as_soon_as_it_is_too_large()
    {
        var person = await host.PersonAsync("all", "moderator", "operator", "platform");
        foreach (var route in host.Routes.Where(route => route.Request is not null || route.RawBody))
        {
            // The chunk that would end the body never comes.
            var answer = await SendAsync(Head(route, person, "Transfer-Encoding: chunked") + $"{route.MaxBody + 1:x}\r\n{new string(' ', route.MaxBody + 1)}\r\n");
            Assert.True(answer.StartsWith("HTTP/1.1 413 ", StringComparison.Ordinal), $"{route.Name}: {answer}");
        }
    }

    [Theory]
    [InlineData("deep lists", 400, "malformed-json")]
    [InlineData("deep objects", 400, "malformed-json")]
    [InlineData("thousands of unknown fields", 400, "malformed-body")]
    [InlineData("thousands of wrong items", 400, "malformed-body")]
    [InlineData("one long number", 400, "malformed-body")]
    [InlineData("one long name", 400, "malformed-body")]
    public async Task A_body_that_is_all_wrong_is_answered_shortly(string what, int status, string code)
    {
        var person = await host.PersonAsync("plain");
        var reply = (await person.SendAsync("PUT", "/v1/series/ser_1/videos/order", Body(what), ("If-Match", "\"1\""))).IsProblem(status, code);
        Assert.InRange(reply.Bytes.Length, 1, 20_000);
        Assert.InRange(reply.At("errors")?.AsArray().Count ?? 0, 0, 101);
    }

    [Theory]
    [InlineData("7b2270ef73223a317d", "malformed-json")]
    [InlineData("7b22766964656f496473223a5b22ff225d7d", "malformed-body")]
    public async Task Text_that_is_no_UTF_8_is_refused(string hex, string code)
    {
        var person = await host.PersonAsync("plain");
        (await person.SendBytesAsync("PUT", "/v1/series/ser_1/videos/order", Convert.FromHexString(hex), "application/json", [("If-Match", "\"1\"")])).IsProblem(400, code);
    }

    private static string Body(string what) => what switch
    {
        "deep lists" => new string('[', 30_000) + new string(']', 30_000),
        "deep objects" => string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000),
        "thousands of unknown fields" => "{" + string.Join(',', Enumerable.Range(0, 6_000).Select(i => $"\"{i}\":1")) + "}",
        "thousands of wrong items" => "{\"videoIds\":[" + string.Join(',', Enumerable.Repeat("1", 30_000)) + "]}",
        "one long number" => "{\"videoIds\":" + new string('9', 60_000) + "}",
        _ => "{\"" + new string('n', 60_000) + "\":1}",
    };

    [Theory]
    [InlineData("a query of 7,000 characters", 200)]
    [InlineData("a cursor of 7,000 characters", 400)]
    [InlineData("a request line of 9,000 characters", 414)]
    [InlineData("a header of 40,000 characters", 431)]
    [InlineData("200 headers", 431)]
    public async Task What_is_long_around_the_body_is_refused_or_harmless(string what, int status)
    {
        var answer = await SendAsync(what switch
        {
            "a query of 7,000 characters" => $"GET /v1/series?unknown={new string('a', 7_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a cursor of 7,000 characters" => $"GET /v1/series?cursor={new string('a', 7_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a request line of 9,000 characters" => $"GET /v1/series?q={new string('a', 9_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a header of 40,000 characters" => $"GET /v1/series HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {new string('a', 40_000)}\r\n\r\n",
            _ => $"GET /v1/series HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n"))}\r\n",
        });
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    private static string Head(ApiRoute route, Person person, string length) =>
        $"{route.Method} /{string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? "x_1" : part))} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.Token}\r\n"
        + $"Content-Type: application/json\r\nIdempotency-Key: k\r\nIf-Match: \"1\"\r\n{length}\r\n\r\n";

    /// <summary>What comes back first: head and, with it, a problem.</summary>
    private async Task<string> SendAsync(string request)
    {
        using var socket = new TcpClient();
        var at = host.Anonymous().BaseAddress;
        await socket.ConnectAsync(at.Host, at.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        var answer = new StringBuilder();
        var buffer = new byte[16_384];
        int read;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || answer.ToString().Contains("problem+json", StringComparison.Ordinal) && !answer.ToString().EndsWith('}'))
        {
            if ((read = await stream.ReadAsync(buffer, patience.Token)) == 0)
                break;
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        return answer.ToString();
    }
}
