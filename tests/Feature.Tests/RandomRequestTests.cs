using System.Net;
using System.Text;
using Feature.Tests.Driving;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>
/// Random bytes and random JSON against every route, by everybody: no 5xx, no hang, nothing stored by a request that was refused. Seeded;
/// <c>RANDOM_REQUESTS</c> and <c>RANDOM_SEED</c> set how many and which. Finds input that a reader of bodies, headers or paths didn't expect.
/// </summary>
public sealed class RandomRequestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task No_route_breaks_hangs_or_stores_what_it_refuses()
    {
        var requests = int.Parse(Environment.GetEnvironmentVariable("RANDOM_REQUESTS") ?? "3000", System.Globalization.CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("RANDOM_SEED") ?? "20260501", System.Globalization.CultureInfo.InvariantCulture);
        var random = new Random(seed);
        // A clock that stands still: nothing comes due while requests are compared with what was stored before them.
        await using var host = new RunningHost { Clock = new(new StandingClock(TimeProvider.System.GetUtcNow())) };
        await host.InitializeAsync();
        var shop = new Shop(host);
        var (owner, series, video) = await shop.PublishedAsync();
        var (_, checkout) = await shop.BuyerAsync(series);
        string[] ids = [series, video, checkout, "pur" + checkout[3..], "gft" + checkout[3..], owner.Id, "me", "nothing-1", "SPRING"];
        Person[] people = [host.Anonymous(), owner, await host.PersonAsync("everybody", "moderator", "operator", "platform"), await host.PersonAsync("other")];
        await host.DrainAsync();
        var wrong = new List<string>();
        var (refused, taken) = (0, 0);
        var stored = host.Stored();
        for (var i = 0; i < requests && wrong.Count < 20; i++)
        {
            var route = host.Routes[random.Next(host.Routes.Count)];
            var attempt = Attempt.Make(random, route, ids);
            var what = $"request {i} of seed {seed}: {route.Method} {attempt.Path} {string.Join(' ', attempt.Headers)} {(attempt.Body is null ? "" : Convert.ToHexStringLower(attempt.Body.AsSpan(0, Math.Min(200, attempt.Body.Length))))}";
            Reply reply;
            try
            {
                reply = await people[random.Next(people.Length)].SendBytesAsync(route.Method, attempt.Path, attempt.Body, attempt.Type, attempt.Headers).WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                wrong.Add($"{what}: no answer");
                continue;
            }
            if ((int)reply.Status >= 500)
                wrong.Add($"{what}: {(int)reply.Status} {reply.Body?.ToJsonString()}");
            if (reply.Status < HttpStatusCode.BadRequest)
            {
                taken++;
                // What was taken may go on in the background: let it, before the next one is compared.
                if (route.Method != "GET")
                {
                    await host.DrainAsync();
                    stored = host.Stored();
                }
                continue;
            }
            refused++;
            var after = host.Stored();
            if (after != stored)
                wrong.Add($"{what}: refused with {(int)reply.Status} {reply.At("code")}, and something was stored");
            stored = after;
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // The mixture means something only if both happen.
        Assert.True(refused > requests / 2 && taken > requests / 100, $"{refused} refused, {taken} taken");
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed record Attempt(string Path, byte[]? Body, string? Type, (string Name, string Value)[] Headers)
    {
        private static readonly string[] Words =
            ["title", "description", "price", "amount", "currency", "USD", "videoId", "videoIds", "percentOff", "startsAt", "endsAt", "decision", "approve", "rule", "note", "programme", "series", "reason", "fileName", "sizeBytes", "contentType", "video/mp4"];

        public static Attempt Make(Random random, ApiRoute route, string[] ids)
        {
            var path = "/" + string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? random.Next(4) == 0 ? Uri.EscapeDataString(Text(random)) is { Length: > 0 } odd ? odd : "-" : ids[random.Next(ids.Length)] : part));
            if (random.Next(3) == 0)
                path += $"?{(random.Next(2) == 0 ? "limit" : "cursor")}={Uri.EscapeDataString(Text(random))}&q={Uri.EscapeDataString(Text(random))}&sort={ids[random.Next(ids.Length)]}";
            var headers = new List<(string, string)>();
            if (random.Next(5) > 0)
                headers.Add(("Idempotency-Key", random.Next(5) == 0 ? Printable(random, 70) : $"key-{random.Next(1_000_000)}"));
            if (random.Next(5) > 0)
                headers.Add(("If-Match", random.Next(2) == 0 ? $"\"{random.Next(100)}\"" : Printable(random, 20)));
            if (random.Next(8) == 0)
                headers.Add(("If-None-Match", Printable(random, 30)));
            byte[]? body = route.Method is "GET" ? null : random.Next(4) switch
            {
                0 => Bytes(random, random.Next(300)),
                1 => Cut(random, Encoding.UTF8.GetBytes(Json(random, route.Request, 0))),
                _ => Encoding.UTF8.GetBytes(Json(random, route.Request, 0)),
            };
            return new(path, body, random.Next(10) == 0 ? "text/plain" : "application/json", [.. headers]);
        }

        /// <summary>JSON with the fields of the request where it knows them, and any value in them.</summary>
        private static string Json(Random random, Type? shape, int depth)
        {
            if (depth > 5)
                return "null";
            if (shape is not null && random.Next(10) > 0)
            {
                var fields = shape.GetProperties().Where(property => property.CanWrite && random.Next(8) > 0)
                    .Select(property => $"\"{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\":{Json(random, property.PropertyType.IsClass && property.PropertyType.Namespace?.StartsWith("SeriesFunctions", StringComparison.Ordinal) == true ? property.PropertyType : null, depth + 1)}");
                return $"{{{string.Join(',', fields)}}}";
            }
            return random.Next(10) switch
            {
                0 => "null",
                1 => random.Next(2) == 0 ? "true" : "false",
                2 => random.NextInt64(long.MinValue, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture),
                3 => new[] { "0", "-1", "1e400", "-0.0", "99999999999999999999999", "1E-9", "999" }[random.Next(7)],
                4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, null, depth + 1)))}]",
                5 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{Words[random.Next(Words.Length)]}\":{Json(random, null, depth + 1)}"))}}}",
                6 => "\"2026-05-0" + random.Next(10) + "T12:00:00Z\"",
                7 => "\"" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => $"\\u{random.Next(0x10000):x4}")) + "\"",
                8 => $"\"{Words[random.Next(Words.Length)]}\"",
                _ => System.Text.Json.JsonSerializer.Serialize(Text(random)),
            };
        }

        private static byte[] Cut(Random random, byte[] json)
        {
            var bytes = json[..random.Next(json.Length + 1)];
            if (bytes.Length > 0)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            return bytes;
        }

        private static byte[] Bytes(Random random, int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }

        private static string Text(Random random) => Encoding.UTF8.GetString(Bytes(random, random.Next(12)));

        private static string Printable(Random random, int most) => new([.. Enumerable.Range(0, random.Next(1, most)).Select(_ => (char)random.Next(0x21, 0x7f))]);
    }
}
