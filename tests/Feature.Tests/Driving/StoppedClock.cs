namespace Feature.Tests.Driving;

/// <summary>A clock that stands still, well within a minute. Behind a host's clock it goes only where the test moves it, so that no timer of the host comes in between.</summary>
public sealed class StoppedClock : TimeProvider
{
    private readonly DateTimeOffset _at = new(DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute + TimeSpan.TicksPerSecond, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _at;
}
