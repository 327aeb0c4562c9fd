using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Limits;

namespace Core.Tests;

/// <summary>How requests are counted. Finds a limit that lets more through than it says, or shuts somebody out who was quiet.</summary>
public sealed class TokenBucketTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_lets_through_exactly_what_a_counted_bucket_does(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var every = random.Next(1, 2_000);
            var size = random.Next(1, 50);
            // The same bucket as a number of tokens, in fractions of one so that nothing is rounded.
            var (fullAt, now, parts, filledAt) = (0L, 1_000_000L, (long)size * every, 1_000_000L);
            for (var i = 0; i < 300; i++)
            {
                now += random.Next(0, random.Next(2) == 0 ? every / 2 + 1 : every * 4);
                parts = Math.Min((long)size * every, parts + now - filledAt);
                filledAt = now;
                var wait = TokenBucket.Take(ref fullAt, now, every, (long)size * every);
                Assert.Equal(parts >= every ? 0 : every - parts, wait);
                if (wait == 0)
                    parts -= every;
            }
        }
    }

    [Fact]
    public void After_the_wait_there_is_a_token_and_before_it_there_is_none()
    {
        var fullAt = 0L;
        for (var i = 0; i < 5; i++)
            Assert.Equal(0, TokenBucket.Take(ref fullAt, 100, 10, 50));
        var wait = TokenBucket.Take(ref fullAt, 103, 10, 50);
        Assert.Equal(7, wait);
        Assert.Equal(1, TokenBucket.Take(ref fullAt, 103 + wait - 1, 10, 50));
        Assert.Equal(0, TokenBucket.Take(ref fullAt, 103 + wait, 10, 50));
    }

    [Fact]
    public void A_clock_that_is_set_back_shuts_nobody_out()
    {
        var fullAt = 0L;
        for (var i = 0; i < 5; i++)
            Assert.Equal(0, TokenBucket.Take(ref fullAt, 1_000_000, 10, 50));
        Assert.Equal(10, TokenBucket.Take(ref fullAt, 500, 10, 50));
        Assert.Equal(0, TokenBucket.Take(ref fullAt, 510, 10, 50));
    }

    [Fact]
    public async Task Many_threads_take_exactly_what_there_is()
    {
        var box = new Box();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 10_000).Count(_ => TokenBucket.Take(ref box.FullAt, 1_000, 1, 25_000) == 0))));
        Assert.Equal(25_000, taken.Sum());
    }

    private sealed class Box
    {
        public long FullAt;
    }
}

/// <summary>Whose requests are counted together, and how many callers are remembered. Finds memory that grows with the number of addresses.</summary>
public sealed class RateLimitsTests
{
    private readonly Hands _clock = new();

    [Fact]
    public void Each_group_and_each_user_has_a_bucket()
    {
        var limits = new RateLimits(new() { WritesPerMinute = 2, ReadsPerMinute = 1 }, _clock);
        Assert.Null(limits.Take(LimitGroup.Writes, new UserId("a")));
        Assert.Null(limits.Take(LimitGroup.Writes, new UserId("a")));
        Assert.Equal((ProblemKind.TooMany, "too-many-requests", TimeSpan.FromSeconds(30)), limits.Take(LimitGroup.Writes, new UserId("a")) is { } no ? (no.Kind, no.Code, no.RetryAfter!.Value) : default);
        Assert.Null(limits.Take(LimitGroup.Reads, new UserId("a")));
        Assert.Null(limits.Take(LimitGroup.Writes, new UserId("b")));
        _clock.Now += TimeSpan.FromSeconds(30);
        Assert.Null(limits.Take(LimitGroup.Writes, new UserId("a")));
        Assert.NotNull(limits.Take(LimitGroup.Writes, new UserId("a")));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.7", null, false)]
    [InlineData(null, null, true)]
    public void An_address_is_a_version_4_address_or_a_version_6_network(string? one, string? other, bool together)
    {
        var limits = new RateLimits(new() { AnonymousPerMinute = 1 }, _clock);
        System.Net.IPAddress? Address(string? text) => text is null ? null : System.Net.IPAddress.Parse(text);
        Assert.Null(limits.Take(LimitGroup.Reads, Address(one)));
        Assert.Equal(together, limits.Take(LimitGroup.Reads, Address(other)) is not null);
    }

    [Fact]
    public void No_more_callers_are_remembered_than_may_be_and_the_busiest_stay()
    {
        var limits = new RateLimits(new() { MostCallers = 1_000, WritesPerMinute = 6 }, _clock);
        var busy = new UserId("busy");
        for (var i = 0; i < 6; i++)
            Assert.Null(limits.Take(LimitGroup.Writes, busy));
        for (var i = 0; i < 20_000; i++)
        {
            Assert.Null(limits.Take(LimitGroup.Writes, new UserId($"u{i}")));
            Assert.InRange(limits.Remembered, 1, 1_000);
        }
        Assert.NotNull(limits.Take(LimitGroup.Writes, busy));
    }

    [Fact]
    public void Who_is_idle_is_forgotten_first_and_nobody_notices()
    {
        var limits = new RateLimits(new() { MostCallers = 1_000, WritesPerMinute = 6 }, _clock);
        for (var i = 0; i < 999; i++)
            limits.Take(LimitGroup.Writes, new UserId($"u{i}"));
        _clock.Now += TimeSpan.FromSeconds(10);
        var busy = new UserId("busy");
        for (var i = 0; i < 6; i++)
            Assert.Null(limits.Take(LimitGroup.Writes, busy));
        limits.Take(LimitGroup.Writes, new UserId("one-more"));
        Assert.Equal(2, limits.Remembered);
        Assert.NotNull(limits.Take(LimitGroup.Writes, busy));
    }

    [Fact]
    public void Nothing_is_counted_where_it_is_switched_off()
    {
        var limits = new RateLimits(new() { Enabled = false, WritesPerMinute = 1 }, _clock);
        for (var i = 0; i < 10; i++)
            Assert.Null(limits.Take(LimitGroup.Writes, new UserId("a")));
        Assert.Equal(0, limits.Remembered);
    }

    /// <summary>A limit lower than one for the time that may be saved up would otherwise let nobody through.</summary>
    [Fact]
    public void A_low_limit_lets_the_first_one_through()
    {
        var limits = new RateLimits(new() { Burst = TimeSpan.FromSeconds(1), WritesPerMinute = 2 }, _clock);
        Assert.Null(limits.Take(LimitGroup.Writes, new UserId("a")));
        Assert.Equal(TimeSpan.FromSeconds(30), limits.Take(LimitGroup.Writes, new UserId("a"))!.RetryAfter);
    }

    private sealed class Hands : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
