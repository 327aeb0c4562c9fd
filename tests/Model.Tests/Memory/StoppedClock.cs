namespace Model.Tests.Memory;

/// <summary>A clock that stands still. Behind a <see cref="SeriesFunctions.Local.Clock.HostClock"/> it goes only where the history moves it.</summary>
public sealed class StoppedClock(DateTimeOffset at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at;

    public override long GetTimestamp() => 0;
}
