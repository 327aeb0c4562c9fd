using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Local.Payments;

/// <summary>Section <c>SimulatedProvider</c>. Everything that makes trouble is off; tests and people turn it on, also while it runs.</summary>
public sealed class SimulatedProviderOptions
{
    public const string Section = "SimulatedProvider";

    /// <summary>The processing fee, in basis points of the price. Stripe's standard for cards in the US: 290.</summary>
    [Range(0, 10_000)]
    public int FeeBasisPoints { get; set; } = 290;

    /// <summary>And so many minor units on top. Stripe's standard for cards in the US: 30.</summary>
    [Range(0, 10_000)]
    public long FixedFee { get; set; } = 30;

    /// <summary>What a dispute costs, in minor units.</summary>
    [Range(0, 100_000)]
    public long DisputeFee { get; set; } = 1_500;

    /// <summary>How often each event is delivered.</summary>
    [Range(1, 10)]
    public int Deliveries { get; set; } = 1;

    /// <summary>Whether events are delivered in any order.</summary>
    public bool Shuffle { get; set; }

    /// <summary>How many of a hundred payments are declined.</summary>
    [Range(0, 100)]
    public int DeclinePercent { get; set; }

    /// <summary>Whether subscriptions can't be charged for another period, whatever card they have.</summary>
    public bool DeclineRenewals { get; set; }

    /// <summary>How many of a hundred events are lost on the way and never come.</summary>
    [Range(0, 100)]
    public int DropPercent { get; set; }

    /// <summary>How late each event is.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3.00:00:00")]
    public TimeSpan EventDelay { get; set; }

    /// <summary>How long the buyer's bank asks her (3-D Secure) before a payment goes through; until then the payment is processing.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3.00:00:00")]
    public TimeSpan ConfirmationDelay { get; set; }

    /// <summary>How long after a payment its fee is known.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3.00:00:00")]
    public TimeSpan FeeDelay { get; set; }

    /// <summary>Whether transfers are refused.</summary>
    public bool RefuseTransfers { get; set; }

    /// <summary>Where Stripe's own client libraries can reach the provider's objects, e.g. <c>http://127.0.0.1:12111</c>. Null: nowhere.</summary>
    public Uri? ApiUrl { get; set; }

    /// <summary>Where events are posted to. Null: this host's own webhook.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary>Whether the provider answers nothing.</summary>
    public bool Outage { get; set; }

    /// <summary>How many of a hundred calls are not answered and do nothing.</summary>
    [Range(0, 100)]
    public int OutagePercent { get; set; }

    /// <summary>Whether it does what it is asked and then doesn't answer.</summary>
    public bool LoseAnswers { get; set; }

    /// <summary>And how many of a hundred calls take effect and are not answered.</summary>
    [Range(0, 100)]
    public int LoseAnswersPercent { get; set; }
}
