using System.Diagnostics;

namespace Bench;

/// <summary>A published build, to be started as an operator starts it.</summary>
internal sealed record Published(string Dll)
{
    /// <summary>One machine plays thousands of people: limits that it doesn't reach, so that counting is part of what is measured.</summary>
    public static readonly string[] HighLimits =
        [.. new[] { "Anonymous", "Reads", "Writes", "Checkouts", "Uploads", "Staff", "Platform" }.Select(group => $"--Limits:{group}PerMinute=60000000")];

    /// <summary>Ready-to-run code for both, so that neither start pays for compiling what the other does not.</summary>
    public static Published Build(string project, string folder)
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet", $"publish {project} -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o {folder} -v quiet --nologo") { RedirectStandardOutput = true })!;
        var output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? new(Path.Combine(folder, Path.GetFileNameWithoutExtension(project) + ".dll")) : throw new InvalidOperationException(output);
    }

    public Running Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(Dll))
            start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }
}

/// <summary>A started process, and what the operating system says of it.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();

    public Running(Process process)
    {
        _process = process;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Polls until it answers. Returns how long that took from the start of the process.</summary>
    public async Task<TimeSpan> ReadyAsync(HttpClient http, string path)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return Stopwatch.GetElapsedTime(_started);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(1);
            }
            if (_process.HasExited || Stopwatch.GetElapsedTime(_started) > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException("It did not start.");
        }
    }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
