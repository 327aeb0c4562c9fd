namespace SeriesFunctions.Core.Media;

/// <summary>When an upload or its validation has taken too long, pure. Decided by the clock, whoever looks first: a reader, the validation itself or the watchdog.</summary>
public static class UploadRules
{
    public static readonly MediaProblem NotUploaded = new("upload-expired",
        "The file did not arrive completely while its upload link was good. Start again with a new upload.");

    public static readonly MediaProblem NotValidated = new("validation-timed-out",
        "We could not finish checking this file, which is no fault of the file. Please upload it again.");

    /// <summary>True for a validation that has not ended in time. Source: ours; nothing stays in validating for more than 5 minutes.</summary>
    public static bool IsOverdue(UploadStatus status, DateTimeOffset? validatingSince, DateTimeOffset now, MediaOptions options) =>
        status == UploadStatus.Validating && now >= validatingSince + options.ValidationTimeout;

    /// <summary>The video as it is now: one whose validation has not ended in time is rejected, whether or not anybody has written so.</summary>
    public static Video At(Video video, DateTimeOffset now, MediaOptions options) =>
        IsOverdue(video.Status, video.ValidatingSince, now, options) ? video with { Status = UploadStatus.Rejected, Problems = [NotValidated] } : video;

    /// <summary>As for a video.</summary>
    public static Cover At(Cover cover, DateTimeOffset now, MediaOptions options) =>
        IsOverdue(cover.Status, cover.ValidatingSince, now, options) ? cover with { Status = UploadStatus.Rejected, Problems = [NotValidated] } : cover;

    /// <summary>When somebody has to look at it again; null once it has ended.</summary>
    public static DateTimeOffset? DueAt(UploadStatus status, DateTimeOffset uploadExpiresAt, DateTimeOffset? validatingSince, MediaOptions options) => status switch
    {
        UploadStatus.AwaitingUpload => uploadExpiresAt,
        UploadStatus.Validating => validatingSince + options.ValidationTimeout,
        _ => null,
    };
}
