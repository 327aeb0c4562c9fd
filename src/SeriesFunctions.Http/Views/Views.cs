using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Http.Views;

/// <summary>A page of a list. <paramref name="NextCursor"/> is null at the end.</summary>
public sealed record ListView<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary><paramref name="ReportedAt"/> is when the platform made the report: of two, the later holds, in whichever order they come. Without it they hold in the order in which they come.</summary>
public sealed record ReportProfileRequest(
    long Followers, DateTimeOffset AccountCreatedAt, AccountType AccountType, long PostsLast30Days, long ViewsLast30Days, string Country, DateOnly BirthDate, string Handle,
    DateTimeOffset? ReportedAt = null);

/// <summary>A strike, or with <paramref name="Withdrawn"/> its end. <paramref name="ReportedAt"/> as for a profile.</summary>
public sealed record ReportStrikeRequest(DateTimeOffset At, string Reason, bool Withdrawn = false, DateTimeOffset? ReportedAt = null);

public sealed record ApplicationRequest(Programme Programme, string? PortfolioUrl = null);

public sealed record ApplicationAnswer(Programme Programme, ProgrammeStatus Status);

public enum ApplicationDecision
{
    Approve,
    Reject,
}

/// <summary><paramref name="Programme"/> is needed only where two applications of one creator wait.</summary>
public sealed record DecideApplicationRequest(ApplicationDecision Decision, string Reason, Programme? Programme = null);

public sealed record CreatorAnswer(UserId CreatorId, ProgrammeStatus Status, ProgrammeStatus SubscriptionStatus, bool Invited)
{
    public static CreatorAnswer Of(CreatorStanding standing) => new(standing.Id, standing.Series.Status, standing.Subscription.Status, standing.Invited);
}

public sealed record InvitationRequest(string CreatorId);

public sealed record ApplicationView(UserId CreatorId, Programme Programme, string? PortfolioUrl, string? Handle, long Followers, DateTimeOffset AppliedAt)
{
    public static ApplicationView Of(OpenApplication open) => new(open.CreatorId, open.Programme, open.PortfolioUrl, open.Handle, open.Followers, open.AppliedAt);
}

public sealed record AnnounceFileRequest(string FileName, long SizeBytes, string ContentType, string? Title = null);

public sealed record AnnounceCoverRequest(string FileName, long SizeBytes, string ContentType);

/// <summary>How to upload: send the file to <paramref name="Url"/> with <paramref name="Method"/> and exactly these headers.</summary>
public sealed record UploadView(Uri Url, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt)
{
    public static UploadView Of(SignedUpload upload) => new(upload.Url, "PUT", upload.Headers, upload.ExpiresAt);
}

/// <summary>A video as its owner sees it. <paramref name="Upload"/> comes with the answer that made it.</summary>
public sealed record VideoView(
    VideoId VideoId, string Title, string FileName, UploadStatus Status, VideoFacts? Facts, IReadOnlyList<MediaProblem> Problems, DateTimeOffset CreatedAt, UploadView? Upload = null)
{
    public static VideoView Of(Video video, SignedUpload? upload = null) => new(
        video.Id, video.Title, video.FileName, video.Status, video.Facts, video.Problems, video.CreatedAt,
        upload is null || video.Status != UploadStatus.AwaitingUpload ? null : UploadView.Of(upload));
}

public sealed record CoverView(string CoverId, UploadStatus Status, CoverFacts? Facts, IReadOnlyList<MediaProblem> Problems, UploadView? Upload = null)
{
    public static CoverView Of(Cover cover, SignedUpload? upload = null) => new(
        cover.Id, cover.Status, cover.Facts, cover.Problems, upload is null || cover.Status != UploadStatus.AwaitingUpload ? null : UploadView.Of(upload));
}
