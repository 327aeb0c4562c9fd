using System.Diagnostics;

namespace Crash;

/// <summary>The host as somebody would start it, to be killed.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private HostProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    public static async Task<HostProcess> StartAsync(string folder, HttpClient http)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "SeriesFunctions.Local.dll"), "--data", folder, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Logging:LogLevel:Default=Error", "--Limits:Enabled=false", "--Media:MostOpenUploads=10000" })
            start.ArgumentList.Add(argument);
        var host = new HostProcess(Process.Start(start)!);
        _ = host._process.StandardOutput.ReadToEndAsync();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (ready.IsSuccessStatusCode)
                    return host;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (host._process.HasExited)
                throw new InvalidOperationException($"The host ended with {host._process.ExitCode}: {await host._errors}");
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException("The host did not get ready.");
            await Task.Delay(10);
        }
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
