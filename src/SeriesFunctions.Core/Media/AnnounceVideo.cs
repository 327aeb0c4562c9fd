using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Media;

/// <summary>What a client says of the file that it will upload. None of it is believed later.</summary>
public sealed record AnnouncedFile(string FileName, long SizeBytes, string ContentType);

/// <summary>The names and sizes that may be announced, pure.</summary>
public static class Announcing
{
    private static readonly string[] VideoTypes = ["video/mp4", "video/quicktime"];
    private static readonly string[] CoverTypes = ["image/jpeg", "image/png"];

    public static FieldChecks CheckVideo(AnnouncedFile file, VideoLimits limits) =>
        Check(file, limits.MaxBytes, VideoTypes, "video/mp4 or video/quicktime");

    public static FieldChecks CheckCover(AnnouncedFile file, CoverLimits limits) =>
        Check(file, limits.MaxBytes, CoverTypes, "image/jpeg or image/png");

    private static FieldChecks Check(AnnouncedFile file, long maxBytes, string[] types, string names) => new FieldChecks()
        .Line(file.FileName, "fileName", 255)
        .Must(file.SizeBytes > 0 && file.SizeBytes <= maxBytes, "sizeBytes", file.SizeBytes > maxBytes ? "too-large" : "not-positive", $"From 1 to {maxBytes} bytes.")
        .Must(types.Contains(file.ContentType), "contentType", "type-not-supported", $"Must be {names}.");
}

/// <summary>A creator announces a video and gets a ticket to upload it. The same key gives the same video, with a fresh signature.</summary>
public sealed class AnnounceVideo(
    Records records, CreatorRecords creators, IdempotencyClaims claims, IMediaStore media, TimeProvider clock, MediaOptions options, VideoLimits limits)
{
    public async ValueTask<Result<(Video Video, SignedUpload Upload)>> HandleAsync(
        UserId creator, AnnouncedFile file, string? title, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await creators.MayCreateAsync(creator, cancellationToken) is { } refused)
            return refused;
        var checks = Announcing.CheckVideo(file, limits);
        var name = title ?? (checks.AllGood ? Path.GetFileNameWithoutExtension(file.FileName) : "");
        if (title is not null)
            checks.Line(title, "title", 80);
        if (!checks.AllGood)
            return checks.Problem;

        var now = clock.GetUtcNow();
        if (!(await claims.ClaimAsync(key, key.IdFor("vid", now), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        // The key of a video that was deleted since doesn't bring it back: its file is about to be removed.
        if (key.ClaimedId is not null && await records.FindAsync<GoneVideo>(Video.In(creator), GoneVideo.DocumentId(new(id)), cancellationToken) is not null)
            return Problem.NotFound("video");
        var video = new Video(
            new(id), creator, file.FileName, Shorten(name), file.ContentType, file.SizeBytes, UploadStatus.AwaitingUpload,
            Facts: null, Problems: [], UsedIn: [], now, now + options.UploadTicketLifetime, ValidatingSince: null);
        var outcome = await records.SaveAsync(
            new Batch(Video.In(creator))
                .Create(Video.DocumentId(video.Id), video, video.Sort)
                .Emit(new UploadDue("videos", creator.Value, id), now, dueAt: video.UploadExpiresAt),
            cancellationToken);
        if (!outcome.IsOk)
        {
            if (await records.FindAsync<Video>(Video.In(creator), Video.DocumentId(video.Id), cancellationToken) is not { Value.WithdrawnAt: null } made)
                return Problem.NotFound("video");
            video = made.Value;
        }
        return (video, await media.SignUploadAsync(video.Upload, video.ContentType, video.UploadExpiresAt, cancellationToken));
    }

    /// <summary>A file name may be longer than a title; cut where a character ends.</summary>
    private static string Shorten(string name)
    {
        var text = new System.Globalization.StringInfo(name.Trim());
        return text.LengthInTextElements > 80 ? text.SubstringByTextElements(0, 80) : text.String.Length == 0 ? "Untitled" : text.String;
    }
}
