namespace SeriesFunctions.Local.Storage;

/// <summary>
/// A queue's messages: <paramref name="Due"/> can be received now, <paramref name="Locked"/> are being worked on,
/// <paramref name="Scheduled"/> wait for their time or for the delay after a failure.
/// </summary>
public readonly record struct QueueCounts(int Due, int Locked, int Scheduled, int DeadLetters);
