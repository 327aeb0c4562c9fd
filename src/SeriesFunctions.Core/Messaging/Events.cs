namespace SeriesFunctions.Core.Messaging;

/// <summary>Something that happened, told to whom it concerns. Names and versions never change their meaning once shipped.</summary>
public interface IEvent
{
    static abstract string Name { get; }

    static abstract int Version { get; }
}

/// <summary>Does the work of one event. It runs at least once, so a second time must change nothing.</summary>
public interface IHandle<in TEvent>
    where TEvent : class, IEvent
{
    ValueTask<Handled> HandleAsync(TEvent message, CancellationToken cancellationToken);
}

/// <summary>What became of a message.</summary>
public readonly record struct Handled(HandledAs As, string? Reason = null, TimeSpan? After = null)
{
    public static readonly Handled Done = new(HandledAs.Done);

    /// <summary>Not now: delivered again after a back-off, a dead letter after the tenth time.</summary>
    public static Handled Retry(string reason, TimeSpan? after = null) => new(HandledAs.Retry, reason, after);

    /// <summary>Never: a dead letter at once.</summary>
    public static Handled Poison(string reason) => new(HandledAs.Poison, reason);
}

public enum HandledAs
{
    Done,
    Retry,
    Poison,
}

/// <summary>The queues, one a purpose.</summary>
public static class Queues
{
    public const string Media = "media";
    public const string Moderation = "moderation";
    public const string Catalog = "catalog";
    public const string Discounts = "discounts";
    public const string Payments = "payments";
    public const string Notifications = "notifications";
    public const string Statistics = "statistics";

    public static readonly IReadOnlyList<string> All = [Media, Moderation, Catalog, Discounts, Payments, Notifications, Statistics];
}
