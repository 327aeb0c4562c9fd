using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Media;

/// <summary>Section <c>Media</c>: uploads and playback. Defaults from the product rules, "Series" and "Playback".</summary>
public sealed class MediaOptions
{
    public const string Section = "Media";

    /// <summary>How long an upload ticket can be used. Long enough for 4 GB over a slow line. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan UploadTicketLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many announced uploads of one creator may be open at a time: all videos of the longest series, and some. Source: ours.</summary>
    [Range(1, 10_000)]
    public int MostOpenUploads { get; set; } = 100;

    /// <summary>How many bytes one creator may announce a day (UTC); what is refused or deleted before it was accepted is given back on the same day. Source: ours, the largest series there is, 80 videos of 4 GB, and some.</summary>
    [Range(1, long.MaxValue / 4)]
    public long UploadBytesPerDay { get; set; } = 400L << 30;

    /// <summary>How many bytes one creator's accepted videos and open uploads may have together. Source: ours.</summary>
    [Range(1, long.MaxValue / 4)]
    public long StoredBytesPerCreator { get; set; } = 2_048L << 30;

    /// <summary>How long a playback URL can be used. Source: product rules, "Playback".</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan PlaybackUrlLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>When a validation that has not ended is given up. Source: ours; nothing stays in <c>validating</c> for more than 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:05:00")]
    public TimeSpan ValidationTimeout { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How many bytes of an accepted file one message hashes. Source: ours; a few seconds of a function's time.</summary>
    [Range(1, 4L << 30)]
    public long HashSliceBytes { get; set; } = 256L << 20;

    /// <summary>After so long a slice ends, however little was read, and the next message goes on. Source: ours; far under any function's time limit.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:00")]
    public TimeSpan HashSliceTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a sweep through the media container begins. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan MediaSweepEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a blob that belongs to nothing we know is kept before the sweep deletes it. Source: ours; time to notice a store that was restored to an earlier day.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan UnknownBlobsKeptFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the file of a data export can be fetched; then the sweep deletes it, and at the latest the storage account's own rule, a day after seven. Source: ours.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "7.00:00:00")]
    public TimeSpan ExportsKeptFor { get; set; } = TimeSpan.FromDays(7);
}
