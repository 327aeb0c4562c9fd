using Model.Tests.Histories;
using Model.Tests.Running;

namespace Model.Tests.Subscriptions;

/// <summary>Deliberate bugs that histories of subscriptions are to find.</summary>
public static class SubscriptionMutations
{
    public static readonly IReadOnlyList<Mutation> All =
    [
        new("give no grace", "Subscriptions/SubscriptionMachine.cs", "SubscriptionState.PastDue => paidUntil + grace", "SubscriptionState.PastDue => paidUntil", Subscriptions: true),
        new("give the grace to those who cancelled", "Subscriptions/SubscriptionMachine.cs", "SubscriptionState.Cancelling => paidUntil,", "SubscriptionState.Cancelling => paidUntil + grace,", Subscriptions: true),
        new("keep what is paid in the second tab", "Subscriptions/SubscriptionSettlement.cs", "if (before.OtherRuns)", "if (before.OtherRuns && !isFirst)", Subscriptions: true),
        new("leave running there what has ended here", "Subscriptions/SubscriptionSettlement.cs", "events.Add(new SubscriptionToTell(subscription.Id, subscription.ViewerId));", "events.AddRange([]);", Subscriptions: true),
        new("let a difference give time", "Subscriptions/SubscriptionSettlement.cs", "kept.Where(purchase => purchase.Period!.Reason == InvoiceReason.Period)", "kept.Where(purchase => purchase.Period is not null)", Subscriptions: true),
        new("charge whoever cancels before she is charged", "Subscriptions/ManageSubscription.cs", "SubscriptionState.Active when now >= subscription.PaidUntil =>", "SubscriptionState.Active when now >= DateTimeOffset.MaxValue =>", Subscriptions: true),
        new("keep what was charged after she had cancelled", "Subscriptions/SubscriptionSettlement.cs", "&& invoice.From >= subscription.PaidUntil)", "&& invoice.From > invoice.To)", Subscriptions: true),
        new("let her watch while her bank decides", "Subscriptions/SubscriptionSettlement.cs", ".Any(purchase => purchase.State == PurchaseState.Disputed)", ".Any(purchase => purchase.State == PurchaseState.ChargedBack)", Subscriptions: true),
        new("let her watch what she got back", "Subscriptions/SubscriptionSettlement.cs", "purchase is { State: PurchaseState.Refunded, Period.Reason", "purchase is { State: PurchaseState.ChargedBack, Period.Reason", Subscriptions: true),
        new("change terms with a key of its own each time", "Subscriptions/TendSubscription.cs", "new(wish.Key, providerId", "new(Ids.New(\"chg\", clock.GetUtcNow()), providerId", Subscriptions: true),
        new("show what is agreed to before a charge a month early", "Subscriptions/SubscriptionSettlement.cs", "return new(tier, last.Amount);", "return found.Terms.TierId == tier ? found.Terms : new(tier, last.Amount);", Subscriptions: true),
        new("renew beside one that is just begun", "Subscriptions/SettleSubscription.cs", "(subscription.AccessUntil != stored.Value.AccessUntil ||", "(stored.Value.State == SubscriptionState.Incomplete ||", Subscriptions: true),
        new(Mutated.CreditWhatIsToCome, Subscriptions: true),
        new(Mutated.DropTheEtag, Subscriptions: true),
    ];
}
