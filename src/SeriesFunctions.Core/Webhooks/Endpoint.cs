using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Webhooks;

public enum EndpointState
{
    Enabled,

    /// <summary>It said 410, or took nothing for three days. What happens meanwhile is kept in its log and can be replayed.</summary>
    Disabled,
}

/// <summary>A secret in the form of Standard Webhooks: <c>whsec_</c> and base64 of the key. <paramref name="Id"/> is that of the request that made it.</summary>
public sealed record WebhookSecret(string Id, string Value, DateTimeOffset? ValidUntil = null);

/// <summary>
/// Where the platform wants to be told: document <c>endpoint|{id}</c> of partition <c>webhooks</c>. No <paramref name="Types"/>: all of them. While
/// <paramref name="OldSecret"/> is valid everything is signed with both.
/// </summary>
public sealed record WebhookEndpoint(
    string Id, string Url, IReadOnlyList<string> Types, EndpointState State, string? DisabledBecause, DateTimeOffset? DisabledAt, WebhookSecret Secret, WebhookSecret? OldSecret,
    UserId RegisteredBy, DateTimeOffset CreatedAt)
{
    public static readonly Partition In = new("webhooks");

    public static string DocumentId(string id) => $"endpoint|{id}";

    public string Sort => DocumentId(Id);

    public bool Wants(string type) => Types.Count == 0 || Types.Contains(type);

    /// <summary>The newest first.</summary>
    public IEnumerable<string> SecretsAt(DateTimeOffset now) => OldSecret is { ValidUntil: { } until } old && now < until ? [Secret.Value, old.Value] : [Secret.Value];
}

/// <summary>How an endpoint has been answering: document <c>health</c> of partition <c>webhook|{id}</c>. While it fails nothing is sent before <paramref name="NextTryAt"/>, and then one thing.</summary>
public sealed record EndpointHealth(int Failures, DateTimeOffset FailingSince, DateTimeOffset NextTryAt)
{
    public const string DocumentId = "health";
}

public enum DeliveryState
{
    Pending,
    Delivered,
    Failed,
}

/// <summary>One try: the status that came back, or why none did.</summary>
public sealed record DeliveryAttempt(DateTimeOffset At, int? Status, string? Error, int TookMs);

/// <summary>
/// One notice for one endpoint: document <c>delivery|{id}</c> of partition <c>webhook|{endpoint}</c>; also its line in the log. <paramref name="Body"/> is exactly what is sent, each time.
/// <paramref name="Step"/> counts the messages about it, of which only the last one counts; <paramref name="Since"/> is when this round of tries began.
/// </summary>
public sealed record Delivery(
    string Id, string EndpointId, string MessageId, string Type, string Body, DeliveryState State, string? Reason, IReadOnlyList<DeliveryAttempt> Attempts, int Tries, int Step,
    DateTimeOffset CreatedAt, DateTimeOffset Since, DateTimeOffset? NextTryAt, DateTimeOffset ExpiresAt)
{
    /// <summary>So many of the last tries are kept.</summary>
    public const int MostAttempts = 20;

    public const string SortPrefix = "d|";

    public static Partition In(string endpoint) => new($"webhook|{endpoint}");

    public static string DocumentId(string id) => $"delivery|{id}";

    public string Sort => SortPrefix + Id;

    public Delivery Tried(DeliveryAttempt attempt) => this with { Tries = Tries + 1, Attempts = [.. Attempts.TakeLast(MostAttempts - 1), attempt] };
}

/// <summary>A delivery is to be tried, now or when it is due.</summary>
public sealed record DeliveryDue(string EndpointId, string DeliveryId, int Step) : IEvent
{
    public static string Name => "webhook-delivery-due";

    public static int Version => 1;
}

/// <summary>An endpoint was switched off: somebody has to hear of it.</summary>
public sealed record EndpointDisabled(string EndpointId, UserId RegisteredBy, string Reason) : IEvent
{
    public static string Name => "webhook-endpoint-disabled";

    public static int Version => 1;
}
