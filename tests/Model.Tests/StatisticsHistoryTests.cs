using System.Globalization;
using Model.Tests.Running;
using SeriesFunctions.Core.Analytics;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests;

/// <summary>
/// What a creator reads of sales, refunds, disputes, clicks, watching and subscribers, counted by handlers on two instances whose messages come at least once, in any order, again after they were handled, with calls
/// that are lost and processes that end in between; beside a recount of the records. Finds a number that was counted twice, not at all, or on another day.
/// </summary>
public sealed class StatisticsHistoryTests
{
    private const int Causes = 400;
    private const int MostAtOnce = 12;

    private static readonly DateOnly First = new(2026, 1, 1);
    private static readonly DateOnly Last = new(2026, 12, 1);

    /// <summary>A message, until somebody has handled it to its end.</summary>
    private sealed record Waiting(Func<Instance, ValueTask<Handled>> HandleAsync)
    {
        public bool IsDone { get; set; }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 30)]
    [InlineData(3, 120)]
    public async Task A_recount_gives_what_was_counted(int seed, int faultsPerMille)
    {
        using var world = new World();
        var dice = new Dice((ulong)seed);
        var (series, creator, price, video) = World.Series[0];
        var link = new Link("linkcode01", creator, LinkKind.Profile, null, LinkPlace.Video, null, world.Now);
        world.Save(new Batch(Link.In(link.Code)).Create(Link.DocumentId, link));
        var messages = new List<Waiting>();
        var expected = Numbers.Zero;
        var byLink = Numbers.Zero;
        for (var n = 0; n < Causes; n++)
        {
            world.Clock.Advance(TimeSpan.FromHours(3));
            var now = world.Now;
            var who = new UserId($"viewer-{dice.Roll(20)}");
            var linked = dice.Roll(2) == 0;
            var contributed = Numbers.Zero;
            switch (dice.Roll(4))
            {
                case 0:
                    var clicks = new ClicksNoted(Ids.New("clk", now), link.Code, creator, null, link.PlaceName, DateOnly.FromDateTime(now.UtcDateTime), 1 + dice.Roll(5));
                    Add(instance => instance.Get<CountClicks>().HandleAsync(new(clicks), CancellationToken.None));
                    (contributed, linked) = (new(Clicks: clicks.Clicks), true);
                    break;
                case 1:
                    contributed = Sell(n, who, linked, now);
                    break;
                case 2:
                    contributed = Subscribe(n, linked, now);
                    break;
                default:
                    await WatchAsync(who, now);
                    linked = false;
                    break;
            }
            expected += contributed;
            if (linked)
                byLink += contributed;
            // Some are handled while others are still to happen.
            for (var moves = dice.Roll(40); moves > 0; moves--)
                Move();
        }
        while (messages.Exists(message => !message.IsDone) || world.Scheduler.Gates.Count > 0)
            Move();
        Assert.Empty(world.Violations);

        // Watching is recounted from progress, which remembers two weeks of days; nobody watched on more of them.
        var (views, viewers, seconds) = (0L, 0L, 0L);
        var days = new HashSet<(UserId, DateOnly)>();
        foreach (var who in Enumerable.Range(0, 20).Select(i => new UserId($"viewer-{i}")))
        {
            foreach (var day in world.Find<SeriesProgress>(Access.In(who), SeriesProgress.DocumentId(series))?.Days ?? [])
            {
                (views, viewers, seconds) = (views + day.Views, viewers + 1, seconds + day.Seconds);
                days.Add((who, day.Day));
            }
        }
        var rows = await new StatsRecords(world.Records).ReadAsync(creator, First, Last, CancellationToken.None);
        // Of the series and of all together.
        expected += new Numbers(Views: views, Viewers: viewers + days.Count, WatchSeconds: seconds);
        Assert.Equal(expected, rows.Aggregate(Numbers.Zero, (sum, row) => sum + row.Numbers));
        Assert.Equal(byLink, rows.Where(row => row.Key.Place is not null).Aggregate(Numbers.Zero, (sum, row) => sum + row.Numbers));
        Assert.True(expected is { Sales: > 0, Refunds: > 0, Clicks: > 0, Views: > 0, SubscribersGained: > 0, SubscribersLost: > 0 }, $"{expected} proves little");

        void Add(Func<Instance, ValueTask<Handled>> handle) => messages.Add(new(handle));

        void Move()
        {
            if (world.Scheduler.Running.Count < MostAtOnce && messages.Count > 0 && (world.Scheduler.Gates.Count == 0 || dice.Roll(4) == 0))
            {
                // One that was handled comes again now and then.
                var open = messages.Where(message => !message.IsDone).ToList();
                var message = open.Count == 0 || dice.Roll(4) == 0 ? dice.Pick(messages) : dice.Pick(open);
                var instance = world.Instance(dice.Roll(2));
                world.Begin("count", instance, async () =>
                {
                    if ((await message.HandleAsync(instance)).As == HandledAs.Done)
                        message.IsDone = true;
                });
                return;
            }
            if (world.Scheduler.Gates.Count == 0)
                return;
            world.Scheduler.Open(dice.Pick(world.Scheduler.Gates), dice.Fate(faultsPerMille));
        }

        Numbers Sell(int n, UserId who, bool linked, DateTimeOffset now)
        {
            var checkout = new CheckoutRecord(
                new(string.Create(CultureInfo.InvariantCulture, $"chk_{n}")), who, series, creator, "Ceramics", price, price, null, linked ? new Referral(link.Code, now.AddDays(-6)).ToString() : null,
                "https://app.example.com/ok", "https://app.example.com/no", CheckoutState.Paid, null, null, null, now, now.AddMinutes(30));
            var purchase = new Purchase(
                PurchaseId.Of(checkout.Id), who, series, creator, $"pi_{n}", price, price with { Amount = 59 }, price with { Amount = 0 }, PurchaseState.Paid, null, null, [], now);
            world.Save(new Batch(CheckoutRecord.In(who)).Create(CheckoutRecord.DocumentId(checkout.Id), checkout).Create(Purchase.DocumentId(purchase.Id), purchase));
            world.Save(new Batch(CheckoutOwner.In(checkout.Id)).Create(CheckoutOwner.DocumentId, new CheckoutOwner(who, series)));
            Add(instance => instance.Get<CountSales>().HandleAsync(new PurchaseSettled(purchase.Id, who, series, creator, purchase.PaymentId, price, purchase.Fee, now), CancellationToken.None));
            var sold = new Numbers(Sales: 1, Revenue: price.Amount);
            var back = price with { Amount = price.Amount / 3 };
            switch (dice.Roll(4))
            {
                case 0:
                    Add(instance => instance.Get<CountSales>().HandleAsync(new PurchaseRefunded(purchase.Id, creator, purchase.PaymentId, $"re_{n}", back, price, now.AddDays(2)), CancellationToken.None));
                    if (dice.Roll(2) == 0)
                        return sold + new Numbers(Refunds: 1, Refunded: back.Amount);
                    Add(instance => instance.Get<CountSales>().HandleAsync(new RefundCameBack(purchase.Id, creator, purchase.PaymentId, $"re_{n}", back, now.AddDays(40)), CancellationToken.None));
                    return sold;
                case 1:
                    var lost = dice.Roll(2) == 0;
                    foreach (var status in new[] { DisputeStatus.Open, lost ? DisputeStatus.Lost : DisputeStatus.Won })
                        Add(instance => instance.Get<CountSales>().HandleAsync(new DisputeMoved(purchase.Id, creator, $"dp_{n}", price, price with { Amount = 1_500 }, status, now.AddDays(20)), CancellationToken.None));
                    return lost ? sold + new Numbers(Refunds: 1, Refunded: price.Amount) : sold;
                default:
                    return sold;
            }
        }

        Numbers Subscribe(int n, bool linked, DateTimeOffset now)
        {
            var id = new SubscriptionId(string.Create(CultureInfo.InvariantCulture, $"sbn_{n}"));
            var who = new UserId(string.Create(CultureInfo.InvariantCulture, $"subscriber-{n}"));
            var terms = new SubscriptionTerms(new("tie_1"), price);
            var (paid, ended) = (dice.Roll(4) > 0, dice.Roll(2) == 0);
            var subscription = new Subscription(
                id, who, creator, terms, "Friends", linked ? link.Code : null, "https://app.example.com/ok", "https://app.example.com/no", paid && !ended ? SubscriptionState.Active : SubscriptionState.Ended, now,
                now.AddMinutes(30), now.AddMonths(1), FirstPaidAt: paid ? now : null, EndedAt: paid && !ended ? null : now.AddMonths(1));
            world.Save(new Batch(Subscription.In(who)).Create(Subscription.DocumentId(id), subscription));
            foreach (var (from, to) in new[] { (SubscriptionState.Incomplete, SubscriptionState.Active), (SubscriptionState.Active, subscription.State) })
                Add(instance => instance.Get<CountSubscribers>().HandleAsync(new(id, who, creator, terms.TierId, from, to, null, now), CancellationToken.None));
            return paid ? new(SubscribersGained: 1, SubscribersLost: ended ? 1 : 0) : Numbers.Zero;
        }

        async Task WatchAsync(UserId who, DateTimeOffset now)
        {
            var before = await world.Records.FindAsync<SeriesProgress>(Access.In(who), SeriesProgress.DocumentId(series), CancellationToken.None);
            var (day, played) = (DateOnly.FromDateTime(now.UtcDateTime), 1 + dice.Roll(30));
            var today = before?.Value.Days?.FirstOrDefault(known => known.Day == day) ?? new(day, 0, 0);
            var after = new SeriesProgress(
                series, [new(video, 1_000, now, "")], now, played, now, Days: [.. (before?.Value.Days ?? []).Where(known => known.Day != day), today with { Views = 1, Seconds = today.Seconds + played }]);
            world.Save(new Batch(Access.In(who)).Save(SeriesProgress.DocumentId(series), before, after, after.Sort));
            Add(instance => instance.Get<CountWatching>().HandleAsync(new(who, series, creator), CancellationToken.None));
        }
    }
}
