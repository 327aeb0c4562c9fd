using System.Runtime.InteropServices;
using Media.Tests;
using SeriesFunctions.Core.Media;

namespace Fuzz;

/// <summary>Gives one input to both checks and holds them to what they promise.</summary>
public static class Trial
{
    public const double MostCpuMs = 50;
    public const long MostMemory = 8L << 20;

    private static readonly HashSet<string> Codes =
    [
        "not-a-video", "container-unsupported", "codec-unsupported", "too-short", "too-long", "too-large", "too-small-picture", "no-video-track",
        "truncated", "corrupt", "encrypted", "size-mismatch", "not-a-picture", "picture-unsupported", "type-mismatch", "too-large-picture",
    ];

    /// <summary>Null when all promises are kept, otherwise the broken one. <paramref name="mostCpuMs"/> is the promise about time, more where the code is not optimized.</summary>
    public static string? Run(byte[] input, out Cost cost, double mostCpuMs = MostCpuMs)
    {
        cost = default;
        for (var attempt = 1; ; attempt++)
        {
            string? broken;
            try
            {
                (broken, cost) = Once(input);
            }
            catch (Exception exception)
            {
                return exception.ToString();
            }
            // A collection or the compiler may have run just then; a slow input is slow every time.
            if (broken is not null || cost.CpuMs <= mostCpuMs || attempt == 5)
                return broken ?? (cost.CpuMs > mostCpuMs ? $"{cost.CpuMs:0.0} ms CPU" : null);
        }
    }

    private static (string? Broken, Cost Cost) Once(byte[] input)
    {
        var source = new CountingSource(new MemorySource(input));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = ThreadCpuMs();
        // Reads from memory complete at once, so all of this happens on this thread.
        var video = VideoCheck.RunAsync(source, input.Length, new VideoLimits(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var cpu = ThreadCpuMs() - before;
        var memory = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var cost = new Cost(cpu, memory, source.Requests, source.Bytes);

        var pictures = new CountingSource(new MemorySource(input));
        var cover = CoverCheck.RunAsync(pictures, input.Length, "image/jpeg", new CoverLimits(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return (Broken(video, cost) ?? Broken(cover) ?? (pictures.Bytes > VideoCheck.MaxBytes ? "read budget of the cover" : null), cost);
    }

    private static string? Broken(VideoVerdict verdict, Cost cost)
    {
        if (cost.Memory > MostMemory)
            return $"{cost.Memory:N0} bytes allocated";
        if (cost.Requests > VideoCheck.MaxRequests || cost.Bytes > VideoCheck.MaxBytes)
            return $"read budget: {cost.Requests} requests, {cost.Bytes:N0} bytes";
        if (verdict.Problems.Any(problem => !Codes.Contains(problem.Code) || problem.Detail.Length < 20))
            return "a problem without a known code or a sentence";
        if (verdict.Problems.Select(problem => problem.Code).GroupBy(code => code).Any(group => group.Key != "codec-unsupported" && group.Key != "container-unsupported" && group.Key != "corrupt" && group.Count() > 1))
            return "one problem twice";
        if (verdict.Facts is { DurationMs: < 0 } or { Width: < 0 } or { Height: < 0 } or { Rotation: < 0 or > 359 })
            return $"impossible facts: {verdict.Facts}";
        return verdict.IsAccepted && verdict.Facts is not { DurationMs: >= 29_995 and < 1_200_005, Width: >= 360, Height: >= 360 }
            ? $"accepted, but {verdict.Facts}"
            : null;
    }

    private static string? Broken(CoverVerdict verdict) =>
        verdict.Problems.Any(problem => !Codes.Contains(problem.Code)) ? "a problem without a known code"
        : verdict.IsAccepted && verdict.Facts is not { Width: >= 320 and <= 8_192, Height: >= 320 and <= 8_192 } ? $"accepted, but {verdict.Facts}"
        : null;

    /// <summary>The thread's own time, because other processes share the machine.</summary>
    private static double ThreadCpuMs()
    {
        if (!OperatingSystem.IsLinux())
            return System.Diagnostics.Stopwatch.GetTimestamp() * 1_000.0 / System.Diagnostics.Stopwatch.Frequency;
        const int ThreadCpuTime = 3;
        return ClockGetTime(ThreadCpuTime, out var time) == 0 ? time.Seconds * 1_000.0 + time.Nanoseconds / 1_000_000.0 : 0;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}

/// <summary>What the check of a video took.</summary>
public readonly record struct Cost(double CpuMs, long Memory, int Requests, long Bytes);
