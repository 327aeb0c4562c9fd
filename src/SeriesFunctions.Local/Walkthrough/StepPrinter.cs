using System.Diagnostics;
using System.Globalization;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>A step of the story was not as it should be.</summary>
public sealed class StepFailedException(string message) : Exception(message);

/// <summary>Prints the story's steps: what was done, what came back, how long it took.</summary>
public sealed class StepPrinter(TextWriter output)
{
    private int _step;

    public int Steps => _step;

    public void Chapter(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    /// <summary>Does one step; <paramref name="work"/> answers what came back, in words. Throws <see cref="StepFailedException"/> with the step's name where it is not as it should be.</summary>
    public async Task RunAsync(string what, Func<Task<string>> work)
    {
        _step++;
        var started = Stopwatch.GetTimestamp();
        try
        {
            var came = await work();
            Print("ok", Stopwatch.GetElapsedTime(started), what, came);
        }
        catch (Exception e) when (e is StepFailedException or HttpRequestException or KeyNotFoundException or InvalidOperationException or FormatException or System.Text.Json.JsonException)
        {
            Print("FAILED", Stopwatch.GetElapsedTime(started), what, e.Message);
            throw new StepFailedException($"Step {_step}, {what}: {e.Message}");
        }
    }

    private void Print(string verdict, TimeSpan took, string what, string came) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {_step,2}  {verdict,-6} {took.TotalMilliseconds,7:0.0} ms  {what,-46} {came}"));
}
