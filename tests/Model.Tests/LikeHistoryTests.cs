using Model.Tests.Running;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace Model.Tests;

/// <summary>
/// 10,000 likes and unlikes of one video by 64 writers on two instances, each call of the store in an order of chance, some lost, some answered to nobody, some the last of their process. Finds a
/// count that parts from the likes.
/// </summary>
public sealed class LikeHistoryTests
{
    private const int Writers = 64;
    private const int Writes = 10_000;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 20)]
    [InlineData(3, 60)]
    public async Task The_count_is_the_number_of_likes_whatever_is_lost_and_whoever_crashes(int seed, int faultsPerMille)
    {
        using var world = new World();
        var dice = new Dice((ulong)seed);
        var (series, _, _, video) = World.Series[0];
        var spot = Spot.InSeries(series, video);
        // Fewer people than writers: two devices of one meet as well.
        var viewers = Enumerable.Range(0, Writers * 3 / 4).Select(i => new UserId($"liker-{i}")).ToArray();
        world.Admit(viewers, series);

        // Outages are told to the writers, as they are to people; everything else would be a violation.
        var begun = 0;
        var opened = 0;
        while (begun < Writes || world.Scheduler.Gates.Count > 0)
        {
            if (begun < Writes && (world.Scheduler.Running.Count == 0 || world.Scheduler.Running.Count < Writers && dice.Roll(3) == 0))
            {
                var viewer = dice.Pick(viewers);
                var liked = dice.Roll(2) == 0;
                var instance = world.Instance(dice.Roll(2));
                world.Begin("like", instance, async () => Assert.Null((await instance.Get<Likes>().SetAsync(spot, viewer, liked, CancellationToken.None)).Problem));
                begun++;
                continue;
            }
            world.Scheduler.Open(dice.Pick(world.Scheduler.Gates), dice.Fate(faultsPerMille));
            opened++;
        }
        Assert.Empty(world.Violations);
        Assert.True(opened > Writes * 2, $"only {opened} calls were made");

        var likes = new Likes(world.Records, null!, world.Clock);
        var liking = 0;
        foreach (var viewer in viewers)
            liking += await likes.LikesAsync(spot, viewer, CancellationToken.None) ? 1 : 0;
        Assert.InRange(liking, 1, viewers.Length - 1);
        Assert.Equal(liking, await likes.CountAsync(spot, CancellationToken.None));
    }
}
