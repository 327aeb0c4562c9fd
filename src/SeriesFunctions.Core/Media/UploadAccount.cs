using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>An upload that was announced and has not come to its end. It counts as open until <paramref name="ExpiresAt"/>; <paramref name="Day"/> is the one that its bytes were counted on.</summary>
public sealed record OpenUpload(long Bytes, DateTimeOffset ExpiresAt, DateOnly Day);

/// <summary>
/// What a creator's videos take: document <c>uploads</c> of partition <c>creator|{creator}</c>. Every announcement changes it in its own batch, so its etag holds the quotas however many
/// come at once. <paramref name="Open"/> is by video. <paramref name="StoredBytes"/> are those of accepted videos.
/// </summary>
public sealed record UploadAccount(DateOnly Day, long DayBytes, long StoredBytes, IReadOnlyDictionary<string, OpenUpload> Open)
{
    public const string DocumentId = "uploads";

    public static readonly UploadAccount New = new(default, 0, 0, new Dictionary<string, OpenUpload>());

    /// <summary>Counts one more upload, or says which quota it would exceed. An upload that is counted already changes nothing.</summary>
    public Result<UploadAccount> With(VideoId id, long bytes, DateTimeOffset now, DateTimeOffset expiresAt, MediaOptions options)
    {
        if (Open.ContainsKey(id.Value))
            return this;
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var dayBytes = Day == today ? DayBytes : 0;
        var open = Open.Values.Where(upload => upload.ExpiresAt > now).ToList();
        if (open.Count >= options.MostOpenUploads)
            return Problem.Conflict("too-many-uploads", $"At most {options.MostOpenUploads} uploads may be open. Finish or delete one first.");
        if (dayBytes + bytes > options.UploadBytesPerDay)
        {
            return new Problem(ProblemKind.TooMany, "upload-quota-used", $"At most {options.UploadBytesPerDay} bytes may be announced a day (UTC).")
            {
                RetryAfter = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) - now,
            };
        }
        if (StoredBytes + open.Sum(upload => upload.Bytes) + bytes > options.StoredBytesPerCreator)
            return Problem.Conflict("storage-full", $"A creator's videos may have {options.StoredBytesPerCreator} bytes together. Delete what no series uses.");
        return this with { Day = today, DayBytes = dayBytes + bytes, Open = new Dictionary<string, OpenUpload>(Open) { [id.Value] = new(bytes, expiresAt, today) } };
    }

    /// <summary>An upload has ended. An accepted one is stored from now on; any other is given back, on the day of its announcement with its bytes. One that is not open changes nothing, and is null.</summary>
    public UploadAccount? Ended(VideoId id, bool accepted)
    {
        if (!Open.TryGetValue(id.Value, out var upload))
            return null;
        var left = new Dictionary<string, OpenUpload>(Open);
        left.Remove(id.Value);
        return accepted
            ? this with { Open = left, StoredBytes = StoredBytes + upload.Bytes }
            : this with { Open = left, DayBytes = upload.Day == Day ? Math.Max(0, DayBytes - upload.Bytes) : DayBytes };
    }

    /// <summary>A video is deleted with its file. Null where it was not counted any more.</summary>
    public UploadAccount? Without(Video video)
    {
        var isStored = video.Status == UploadStatus.Ready;
        var ended = Ended(video.Id, isStored);
        return isStored ? (ended ?? this) with { StoredBytes = Math.Max(0, (ended ?? this).StoredBytes - video.AnnouncedBytes) } : ended;
    }
}

/// <summary>Gives back what a refused or abandoned upload had reserved, and counts an accepted one as stored. A second time it finds nothing open.</summary>
public sealed class CloseUpload(Records records) : IHandle<VideoValidated>
{
    public async ValueTask<Handled> HandleAsync(VideoValidated message, CancellationToken cancellationToken)
    {
        var partition = Video.In(message.CreatorId);
        if (await records.FindAsync<UploadAccount>(partition, UploadAccount.DocumentId, cancellationToken) is not { } account
            || account.Value.Ended(message.VideoId, message.Accepted) is not { } ended)
            return Handled.Done;
        return (await records.SaveAsync(new Batch(partition).Replace(UploadAccount.DocumentId, ended, account.ETag), cancellationToken)).IsOk
            ? Handled.Done
            : Handled.Retry("changed-meanwhile");
    }
}
