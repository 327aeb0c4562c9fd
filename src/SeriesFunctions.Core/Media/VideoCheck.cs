using SeriesFunctions.Core.Media.Boxes;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// Decides what an upload is by reading it: ISO base media (MP4, MOV), walked box by box over range reads. Ordinary files take 1 to 4 requests and
/// at most 160 KB whatever their size; no file takes more than 512 requests and 16 MB. Any bytes at all give a verdict.
/// </summary>
public static class VideoCheck
{
    /// <summary>What one check asks of a source at most, whatever the file says.</summary>
    public const int MaxRequests = WindowedReader.MaxRequests;

    /// <summary>What one check reads at most, in bytes, whatever the file says.</summary>
    public const long MaxBytes = WindowedReader.MaxBytes;

    /// <summary>Checks one file. All problems that apply are reported at once.</summary>
    /// <param name="source">The file. What its reads throw, an outage of the store, comes out of here; nothing else does.</param>
    /// <param name="announcedBytes">The size that the client announced, in bytes.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public static async ValueTask<VideoVerdict> RunAsync(IRangeSource source, long announcedBytes, VideoLimits limits, CancellationToken cancellationToken)
    {
        using var reader = new WindowedReader(source);
        var file = new FileReader(reader);
        await file.ReadAsync(cancellationToken);
        return VideoRules.Judge(file, reader.Length, announcedBytes, limits);
    }
}
