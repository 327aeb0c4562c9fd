using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Each minute: how long the oldest open case has been waiting, for the alert that says that creators are kept waiting.</summary>
public sealed class MeasureCases(ShowCases cases, TimeProvider clock)
{
    public async Task HandleAsync(CancellationToken cancellationToken) =>
        Telemetry.OldestCase.Record((await OldestAsync(cancellationToken)).TotalSeconds);

    /// <summary>Zero when no case is open.</summary>
    public async ValueTask<TimeSpan> OldestAsync(CancellationToken cancellationToken) =>
        (await cases.PageAsync(CaseState.Open, new(1, null), cancellationToken)).IsOk(out var page, out _) && page.Items is [var oldest]
            ? clock.GetUtcNow() - oldest.OpenedAt
            : TimeSpan.Zero;
}
