using System.Globalization;

namespace SeriesFunctions.Local.Clock;

/// <summary>How far the clock was moved, kept in the data folder, so that a restarted host goes on at the same time.</summary>
public sealed class ClockFile(string folder)
{
    private readonly string _path = Path.Combine(folder, "clock");

    /// <summary>Zero where nothing was kept or what was kept can't be read.</summary>
    public TimeSpan Load() =>
        File.Exists(_path) && long.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;

    public async Task SaveAsync(TimeSpan offset, CancellationToken cancellationToken)
    {
        var next = _path + ".next";
        await File.WriteAllTextAsync(next, offset.Ticks.ToString(CultureInfo.InvariantCulture), cancellationToken);
        File.Move(next, _path, overwrite: true);
    }
}
