using Model.Tests.Running;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace Model.Tests;

/// <summary>
/// Comments and ratings by many on two instances, each call of the store in an order of chance, some lost, some answered to nobody, some the last of their process; then everything that is counted is
/// recounted. Finds a count that parts from what is there, a comment that is there twice, and two pins.
/// </summary>
public sealed class EngagementHistoryTests
{
    private const int Writes = 3_000;
    private const int MostAtOnce = 24;

    private static readonly UserId[] People = [.. Enumerable.Range(0, 12).Select(i => new UserId($"talker-{i}"))];

    /// <summary>Where comments that somebody sees are.</summary>
    private static readonly string[] Listed = [Comment.ListedPrefix, Comment.HiddenPrefix, "reply|"];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 20)]
    [InlineData(3, 60)]
    public async Task What_is_counted_of_comments_is_what_is_there(int seed, int faultsPerMille)
    {
        using var world = new World();
        var dice = new Dice((ulong)seed);
        var background = new Background(world);
        var (series, creator, _, video) = World.Series[0];
        var spot = Spot.InSeries(series, video);
        world.Admit(People, series);
        var acknowledged = new HashSet<CommentId>();
        var asked = new HashSet<string>();
        var keys = 0;
        for (var begun = 0; begun < Writes;)
        {
            if (world.Scheduler.Running.Count < MostAtOnce && dice.Roll(4) == 0)
            {
                begun++;
                var instance = world.Instance(dice.Roll(2));
                var who = dice.Pick(People);
                var some = Listed.SelectMany(prefix => world.All<Comment>($"talk|{spot.Key}", prefix)).DistinctBy(comment => comment.Id).ToList();
                var one = some.Count > 0 ? dice.Pick(some) : null;
                var what = dice.Roll(20);
                var key = $"key-{(dice.Roll(5) == 0 ? keys : ++keys)}";
                world.Begin("talk", instance, () => what switch
                {
                    _ when one is null || what < 4 => PostAsync(instance, who, null, key),
                    < 9 => PostAsync(instance, who, one.ParentId ?? one.Id, key),
                    < 11 => instance.Get<WriteComment>().DeleteAsync(spot, one.Id, one.AuthorId, ShowComments.ETag(one), CancellationToken.None).AsTask(),
                    < 13 => instance.Get<WriteComment>().EditAsync(spot, one.Id, one.AuthorId, $"Changed {begun}.", ShowComments.ETag(one), CancellationToken.None).AsTask(),
                    < 17 => instance.Get<LikeComment>().SetAsync(spot, one.Id, who, what < 16, CancellationToken.None).AsTask(),
                    < 19 => instance.Get<TendComments>().SetHiddenAsync(spot, one.Id, creator, dice.Roll(2) == 0, CancellationToken.None).AsTask(),
                    _ => instance.Get<TendComments>().SetPinnedAsync(spot, one.Id, creator, dice.Roll(3) > 0, CancellationToken.None).AsTask(),
                });
                continue;
            }
            background.Run(1, dice, faultsPerMille);
        }
        Settle(world, background, dice);
        Assert.Empty(world.Violations);
        Assert.Empty(world.Queue.DeadLetters);

        var there = world.Store.All().Where(at => at.Partition == Comment.In(spot) && at.Id.StartsWith("comment|", StringComparison.Ordinal)).Select(at => world.Find<Comment>(at.Partition, at.Id)!).ToList();
        Assert.True(there.Count > 100, $"only {there.Count} comments were written");
        Assert.All(acknowledged, id => Assert.Contains(there, comment => comment.Id == id));
        // One request, one comment, however often it was sent.
        Assert.Equal(there.Count, there.Select(comment => comment.Id).Distinct().Count());
        Assert.All(there, comment => Assert.Contains(comment.Id.Value, asked));
        var talk = new Talk(world.Records, world.Clock);
        // What a viewer can get to: no reply below a comment that is hidden, and those below one that was taken back.
        var shown = there.Where(comment => comment is { ParentId: null, State: CommentState.Visible or CommentState.Deleted }).Select(comment => comment.Id).ToHashSet();
        Assert.Contains(there, comment => comment is { State: CommentState.Visible, ParentId: { } parent } && !shown.Contains(parent));
        Assert.Equal(there.Count(comment => comment.State == CommentState.Visible && (comment.ParentId is not { } parent || shown.Contains(parent))), (await talk.CountedAsync(spot, CommentCount.All, CancellationToken.None)).Replies);
        var liked = world.Store.All().Where(at => at.Partition == Comment.In(spot) && at.Id.StartsWith("liked|", StringComparison.Ordinal)).SelectMany(at => world.Find<LikedComments>(at.Partition, at.Id)!.Ids).ToLookup(id => id);
        foreach (var comment in there)
        {
            var expected = (Likes: (long)liked[comment.Id].Count(), Replies: (long)there.Count(reply => reply.ParentId == comment.Id && reply.State == CommentState.Visible));
            var counted = await talk.CountedAsync(spot, comment.Id.Value, CancellationToken.None);
            Assert.Equal(expected, (counted.Likes, counted.Replies));
            Assert.Equal(expected, (comment.Likes, comment.Replies));
            Assert.Equal(comment.StandsOut ? comment with { ByWorth = true } : null, world.Find<Comment>(Comment.In(spot), Comment.TopId(comment.Id)));
        }
        Assert.InRange(there.Count(comment => comment is { Pinned: true, State: CommentState.Visible }), 0, 1);

        async Task PostAsync(Instance instance, UserId who, CommentId? parent, string key)
        {
            var text = parent is null ? "A comment." : "A reply.";
            var mine = new IdempotencyKey(who, "comments", key, $"{parent}", ClaimedId: null);
            asked.Add(mine.NaturalId("com", spot.Key));
            if ((await instance.Get<WriteComment>().PostAsync(spot, who, text, parent, mine, CancellationToken.None)).IsOk(out var posted, out _))
                acknowledged.Add(posted.Comment.Id);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 20)]
    [InlineData(3, 60)]
    public async Task The_histogram_is_what_was_rated(int seed, int faultsPerMille)
    {
        using var world = new World();
        var dice = new Dice((ulong)seed);
        var background = new Background(world);
        var series = World.Series[0].Id;
        world.Admit(People, series);
        for (var begun = 0; begun < Writes;)
        {
            if (world.Scheduler.Running.Count < MostAtOnce && dice.Roll(3) == 0)
            {
                begun++;
                var instance = world.Instance(dice.Roll(2));
                var who = dice.Pick(People);
                var (what, stars) = (dice.Roll(10), 1 + dice.Roll(Rating.MostStars));
                var ratings = instance.Get<Ratings>();
                world.Begin("rate", instance, async () =>
                {
                    if (what < 5)
                        await ratings.RateAsync(series, who, stars, dice.Roll(2) == 0 ? null : "So it is.", CancellationToken.None);
                    else if ((await ratings.OwnAsync(series, who, CancellationToken.None)).IsOk(out var mine, out _))
                    {
                        _ = what < 8
                            ? (await ratings.EditAsync(series, who, stars, null, clearText: false, mine.ETag, CancellationToken.None)).Problem
                            : (await ratings.DeleteAsync(series, who, mine.ETag, CancellationToken.None)).Problem;
                    }
                });
                continue;
            }
            background.Run(1, dice, faultsPerMille);
        }
        Settle(world, background, dice);
        Assert.Empty(world.Violations);

        var given = People.Select(who => world.Find<Rating>(Rating.In(series), Rating.DocumentId(who))).Where(rating => rating is not null).Select(rating => rating!.Stars).ToList();
        Assert.InRange(given.Count, 1, People.Length);
        Assert.True((await new Ratings(world.Records, new(world.Records), null!, null!, null!, world.Clock).PageAsync(series, null, new(20, null), CancellationToken.None)).IsOk(out var seen, out _));
        Assert.Equal(Enumerable.Range(1, Rating.MostStars).Select(stars => (long)given.Count(one => one == stars)), seen.All.Stars);
        Assert.Equal(Math.Round((decimal)given.Average(), 2, MidpointRounding.AwayFromZero), seen.All.Average);
    }

    /// <summary>Nothing is lost any more, and everything comes to its end.</summary>
    private static void Settle(World world, Background background, Dice dice)
    {
        for (var minute = 0; minute < 60; minute++)
        {
            while (background.Run(100, dice, faultsPerMille: 0))
            {
            }
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
