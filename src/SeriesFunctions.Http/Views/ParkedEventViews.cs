using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Http.Views;

/// <summary>An event that could not be sent. <paramref name="Name"/> and <paramref name="OccurredAt"/> are null where it can't be read; its content is nobody's to see here.</summary>
public sealed record ParkedEventView(string ParkedId, DateOnly Day, string Reason, DateTimeOffset ParkedAt, string EventId, string? Name, DateTimeOffset? OccurredAt)
{
    public static ParkedEventView Of(ParkedEvent parked)
    {
        var envelope = parked.Read();
        return new(parked.Id, parked.Day, parked.Reason, parked.ParkedAt, parked.EventId, envelope?.Name, envelope?.OccurredAt);
    }
}

/// <summary>What is on its way again.</summary>
public sealed record ParkedEventAnswer(string Day, string ParkedId);
