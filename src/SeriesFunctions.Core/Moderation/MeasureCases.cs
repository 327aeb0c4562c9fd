using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Each minute: how long the oldest open case has been waiting, for the alert that says that creators are kept waiting.</summary>
public sealed class MeasureCases(ShowCases cases, TimeProvider clock)
{
    public async Task HandleAsync(CancellationToken cancellationToken) =>
        Telemetry.OldestCase.Record((await OldestAsync(cancellationToken)).TotalSeconds);

    /// <summary>Zero when no case is open. The first of each risk is the oldest of it.</summary>
    public async ValueTask<TimeSpan> OldestAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var longest = TimeSpan.Zero;
        foreach (var risk in Enum.GetValues<CaseRisk>())
        {
            if (await cases.OldestAsync(risk, cancellationToken) is { } oldest && now - oldest.OpenedAt > longest)
                longest = now - oldest.OpenedAt;
        }
        return longest;
    }
}
