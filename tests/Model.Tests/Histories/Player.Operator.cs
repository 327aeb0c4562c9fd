using System.Globalization;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace Model.Tests.Histories;

/// <summary>What operators do with money and events, and what viewers give back by themselves.</summary>
public sealed partial class Player
{
    private static readonly UserId Operator = new("operator");

    /// <summary>Compares every day on which anything moved, on either side.</summary>
    public void ReconcileAll(Instance instance, string key)
    {
        var days = world.Provider.Books.Select(entry => entry.CreatedAt)
            .Concat(world.All<LedgerTransaction>("ledger|", "tx|").Select(transaction => transaction.BookedAt ?? transaction.At))
            .Select(Day).Distinct().Order(StringComparer.Ordinal);
        foreach (var day in days)
            Ask(instance, day, $"{key}-{day}");
    }

    /// <summary>Does what the reports say is to be done about what we don't have.</summary>
    public void FollowReports(Instance instance)
    {
        foreach (var difference in world.Differences().Where(difference => difference is { Kind: DifferenceKind.MissingHere or DifferenceKind.AmountDiffers, PaymentId: not null }))
            Replay(instance, null, difference.PaymentId, null, null, $"follow-{difference.Id}");
    }

    /// <summary>Everything that was ever received once more: every hour in which anything was.</summary>
    public void ReplayAll(Instance instance)
    {
        foreach (var hour in world.All<InboxEntry>("inbox-hour|", "").Select(entry => new DateTimeOffset(entry.ReceivedAt.Ticks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero)).Distinct().Order())
            Replay(instance, null, null, hour, hour.AddHours(1), $"all-{hour:yyyyMMddHH}");
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Operate(Step step, Dice dice)
    {
        var creator = World.Creators[step.A % World.Creators.Count];
        var instance = world.Instance(dice.Roll(2));
        switch (step.Act)
        {
            case Act.SetCommission:
                world.Begin("set commission", instance, async () =>
                {
                    var commission = instance.Get<SetCommission>();
                    var (_, _, etag) = await commission.ShowAsync(creator, CancellationToken.None);
                    var from = step.B % 3 == 0 ? world.Now.AddHours(step.B % 40) : default(DateTimeOffset?);
                    await commission.HandleAsync(creator, step.B * 7 % 3_000, from, "as agreed", Operator, etag, CancellationToken.None);
                });
                break;
            case Act.PayCreator:
                for (var i = dice.Roll(3) == 0 ? 2 : 1; i > 0; i--)
                    Pay(creator, world.Instance(i % 2), $"pay-{step.Dice}");
                break;
            case Act.Reconcile:
                Ask(instance, Day(world.Now.AddDays(-step.A % 3)), $"reconcile-{step.Dice}");
                break;
            case Act.ReplayEvents when step.B % 3 == 0 && Pick([.. world.Provider.Told], step.A) is { } told:
                Replay(instance, told.Id, null, null, null, $"replay-{step.Dice}");
                break;
            case Act.ReplayEvents when step.B % 3 == 1 && Pick([.. world.Provider.Payments], step.A) is { } payment:
                Replay(instance, null, payment.Id, null, null, $"replay-{step.Dice}");
                break;
            case Act.ReplayEvents:
                Replay(instance, null, null, world.Now.AddHours(-1 - step.A % 30), world.Now, $"replay-{step.Dice}");
                break;
        }
    }

    private void Pay(UserId creator, Instance instance, string key) => world.Begin("pay creator", instance, async () =>
    {
        if ((await instance.Get<IdempotencyClaims>().LookUpAsync(Operator, "PayCreator", key, creator.Value, CancellationToken.None)).IsOk(out var claimed, out _))
            await instance.Get<StartPayout>().HandleAsync(creator, "asked for", Operator, claimed, CancellationToken.None);
    });

    private void Ask(Instance instance, string day, string key) => world.Begin("reconcile", instance, async () =>
        await instance.Get<Reconcile>().AskAsync(day, new(Operator, "Reconcile", key, day, null), CancellationToken.None));

    private void Replay(Instance instance, string? eventId, string? objectId, DateTimeOffset? from, DateTimeOffset? to, string key)
    {
        world.Watch.MayReplay = true;
        world.Begin("replay events", instance, async () =>
        {
            if ((await instance.Get<IdempotencyClaims>().LookUpAsync(Operator, "StartReplay", key, "", CancellationToken.None)).IsOk(out var claimed, out _))
                await instance.Get<StartReplay>().HandleAsync(eventId, objectId, from, to, Operator, claimed, CancellationToken.None);
        });
    }

    private void WatchOn(Step step)
    {
        // Gifts are few, and who has watched one makes a difference to somebody else.
        if (Pick([.. world.Watch.Purchases.Where(bought => bought.Gift is not null || step.B % 2 == 0)], step.A) is { SeriesId: { } series } purchase && (purchase.Gift?.To ?? purchase.BuyerId) is var viewer)
            world.Watched(viewer, series, Math.Min(10_000, world.WatchedOf(viewer, series) + 1 + step.B * 2));
    }

    /// <summary>Within 14 days, and if under 10 % was watched; of a gift, by its receiver. Source: product rules, "refund".</summary>
    private void OwnRefund(Step step, Dice dice)
    {
        if (Pick([.. world.Watch.Purchases.Where(bought => bought.Amount.Amount > 0)], step.A) is not { } purchase)
            return;
        bool IsWithinTheRule() => world.Now < purchase.PaidAt.AddDays(14) && world.WatchedOf(purchase.Gift?.To ?? purchase.BuyerId, purchase.SeriesId!.Value) < 1_000;
        for (var i = dice.Roll(4) == 0 ? 2 : 1; i > 0; i--)
        {
            var instance = world.Instance(i % 2);
            var could = IsWithinTheRule();
            world.Begin("refund", instance, async () =>
            {
                if (!(await instance.Get<IdempotencyClaims>().LookUpAsync(purchase.BuyerId, "RefundOwn", $"own-{step.Dice}", purchase.Id.Value, CancellationToken.None)).IsOk(out var claimed, out _))
                    return;
                var answer = await instance.Get<RefundPurchase>().HandleOwnAsync(purchase.Id, purchase.BuyerId, claimed, CancellationToken.None);
                world.Seen.Add("own refund: " + (answer.Problem?.Code ?? "yes"));
                // It may have been within the rule when it was asked for and not any more when it was answered.
                if (answer.IsOk(out _, out var problem) ? !could : problem.Code is "refund-window-over" or "watched-too-much" && IsWithinTheRule())
                    world.Violated($"{purchase.BuyerId} asked for {purchase.Id} back and heard {answer.Problem?.Code ?? "yes"}.");
            });
        }
    }
}
