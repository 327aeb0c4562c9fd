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
        if (await creators.MayPublishAsync(creator, cancellationToken) is { } refused)
            return refused;
        var checks = Announcing.CheckVideo(file, limits);
        var name = title ?? (checks.AllGood ? Path.GetFileNameWithoutExtension(file.FileName) : "");
        if (title is not null)
            checks.Line(title, "title", 80);
        if (!checks.AllGood)
            return checks.Problem;

        var now = clock.GetUtcNow();
        var partition = Video.In(creator);
        var account = await records.FindAsync<UploadAccount>(partition, UploadAccount.DocumentId, cancellationToken);
        // Before the key is claimed, so that a refused request leaves nothing. A key that was claimed has its place already, or is judged below.
        if (key.ClaimedId is null && Counted(account, new("new"), file, now).Problem is { } full)
            return full;
        if (!(await claims.ClaimAsync(key, key.IdFor("vid", now), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        // The key of a video that was deleted since doesn't bring it back: its file is about to be removed.
        if (key.ClaimedId is not null && await records.FindAsync<GoneVideo>(partition, GoneVideo.DocumentId(new(id)), cancellationToken) is not null)
            return Problem.NotFound("video");
        var video = new Video(
            new(id), creator, file.FileName, Shorten(name), file.ContentType, file.SizeBytes, UploadStatus.AwaitingUpload,
            Facts: null, Problems: [], UsedIn: [], now, now + options.UploadTicketLifetime, ValidatingSince: null);
        while (true)
        {
            var isCounted = Counted(account, video.Id, file, now).IsOk(out var counted, out problem);
            if (isCounted)
            {
                var outcome = await records.SaveAsync(
                    new Batch(partition)
                        .Create(Video.DocumentId(video.Id), video, video.Sort)
                        .Save(UploadAccount.DocumentId, account, counted!)
                        .Emit(new UploadDue("videos", creator.Value, id), now, dueAt: video.UploadExpiresAt),
                    cancellationToken);
                if (outcome.IsOk)
                    break;
            }
            if (await records.FindAsync<Video>(partition, Video.DocumentId(video.Id), cancellationToken) is { } made)
            {
                if (made.Value.WithdrawnAt is not null)
                    return Problem.NotFound("video");
                video = made.Value;
                break;
            }
            if (!isCounted)
                return problem!;
            // Another upload of hers was counted first: each time one of us gets on.
            account = await records.FindAsync<UploadAccount>(partition, UploadAccount.DocumentId, cancellationToken);
        }
        return (video, await media.SignUploadAsync(video.Upload, video.ContentType, video.UploadExpiresAt, cancellationToken));
    }

    private Result<UploadAccount> Counted(Stored<UploadAccount>? account, VideoId id, AnnouncedFile file, DateTimeOffset now) =>
        (account?.Value ?? UploadAccount.New).With(id, file.SizeBytes, now, now + options.UploadTicketLifetime, options);

    /// <summary>A file name may be longer than a title; cut where a character ends.</summary>
    private static string Shorten(string name)
    {
        var text = new System.Globalization.StringInfo(name.Trim());
        return text.LengthInTextElements > 80 ? text.SubstringByTextElements(0, 80) : text.String.Length == 0 ? "Untitled" : text.String;
    }
}
