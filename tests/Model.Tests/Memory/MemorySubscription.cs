using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Memory;

/// <summary>What was charged, or is to be, for <c>[From, To)</c>.</summary>
public sealed class MemoryInvoice
{
    public required string Id { get; init; }

    public required InvoiceReason Reason { get; init; }

    public required Money Amount { get; init; }

    /// <summary>What a month cost in which tier when it was made out. What is changed later, while it is still a draft, is none of it.</summary>
    public required SubscriptionTerms Terms { get; init; }

    public TierId TierId => Terms.TierId;

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The key of the change that it is for; null for a period.</summary>
    public string? Change { get; init; }

    /// <summary>Null until somebody has tried to charge it.</summary>
    public MemoryPayment? Payment { get; set; }

    /// <summary>Nobody charges it any more.</summary>
    public bool IsVoid { get; set; }

    public bool IsPaid => Payment?.Status == PaymentStatus.Succeeded;

    public bool IsOpen => !IsPaid && !IsVoid;

    public ProviderInvoice ToProvider() => new(Id, Reason, IsPaid, Payment?.Id, Amount, TierId, From, To, CreatedAt);
}

/// <summary>
/// A subscription at the provider. Only the provider changes it: by the clock, by what is asked of it, and by what its people do on its own pages. Its periods are months from <see cref="Anchor"/>.
/// </summary>
public sealed class MemorySubscription
{
    public required string Id { get; init; }

    public required SubscriptionSubject Subject { get; init; }

    public required DateTimeOffset Anchor { get; init; }

    /// <summary>What the next invoice is made out for.</summary>
    public required SubscriptionTerms Terms { get; set; }

    public ProviderSubscriptionStatus Status { get; set; }

    /// <summary>Months since the anchor.</summary>
    public int Period { get; set; }

    public bool Renews { get; set; } = true;

    /// <summary>Whether its subscriber has ever said on the provider's pages that it is to be renewed after all.</summary>
    public bool WasResumedThere { get; set; }

    public bool CardFails { get; set; }

    /// <summary>How often the open invoice was tried in vain.</summary>
    public int Tries { get; set; }

    /// <summary>When the clock next changes it.</summary>
    public DateTimeOffset? NextTurn { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Oldest first.</summary>
    public List<MemoryInvoice> Invoices { get; } = [];

    /// <summary>The changes that were asked for and made, in their order; each with the beginning of the period in which it was made, whose invoice was made out before.</summary>
    public List<(ChangeTerms Request, DateTimeOffset In)> Changes { get; } = [];

    /// <summary>Whether an event about it never came; <see cref="Asked"/> are those who asked how it stands since the last such.</summary>
    public bool HasLostEvents { get; private set; }

    public List<Op> Asked { get; } = [];

    public void LoseEvent()
    {
        HasLostEvents = true;
        Asked.Clear();
    }

    public DateTimeOffset From => Anchor.AddMonths(Period);

    public DateTimeOffset To => Anchor.AddMonths(Period + 1);

    public bool Runs => Status is ProviderSubscriptionStatus.Active or ProviderSubscriptionStatus.PastDue;

    public ProviderSubscription ToProvider() => new(Id, Subject, Status, Terms, From, To, Renews, EndedAt, [.. Invoices.AsEnumerable().Reverse().Take(24).Select(invoice => invoice.ToProvider())]);
}
