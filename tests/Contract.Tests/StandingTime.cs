namespace Contract.Tests;

/// <summary>
/// Time that stands still, from now. Behind a <see cref="SeriesFunctions.Local.Clock.HostClock"/> it goes only where a test moves it, so that a machine that stands still for some seconds
/// lets no lock run out and no document end.
/// </summary>
public sealed class StandingTime : TimeProvider
{
    private readonly DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;
}
