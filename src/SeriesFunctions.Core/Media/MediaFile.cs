using System.Text.Json.Serialization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// Whose a blob of the media container is, and what its bytes hash to: document <c>file</c> of partition <c>file|{id}</c>. Written before the blob is, so a blob
/// without it belongs to nobody.
/// </summary>
/// <param name="Kind"><c>videos</c> or <c>covers</c>, as in the blob's name.</param>
/// <param name="OwnerId">The creator of a video, the series of a cover: the partition of the record.</param>
/// <param name="Id">Of the video or the cover.</param>
/// <param name="CreatedAt">When it was known that the file would be accepted.</param>
/// <param name="Hashing">How far the hash is; null before it was begun and after it was done.</param>
/// <param name="Sha256">The SHA-256 of the whole file, 64 lower-case hexadecimal digits, once it is known.</param>
public sealed record MediaFile(string Kind, string OwnerId, string Id, DateTimeOffset CreatedAt, HashProgress? Hashing = null, string? Sha256 = null)
{
    public const string Videos = "videos";
    public const string Covers = "covers";
    public const string DocumentId = "file";

    [JsonIgnore]
    public BlobName Blob => Kind == Videos ? Video.Blob(new(Id)) : Cover.Blob(Id);

    /// <summary>The first byte that was not hashed yet.</summary>
    [JsonIgnore]
    public long Offset => Hashing?.Offset ?? 0;

    public static Partition In(string id) => new($"file|{id}");
}

/// <summary>How far a hash is: the bytes of the version with <paramref name="ETag"/> up to <paramref name="Offset"/> are in <paramref name="State"/>.</summary>
public sealed record HashProgress(string ETag, long Offset, string State, DateTimeOffset At);

/// <summary>One of the files with a hash: document <c>{kind}|{id}</c> of partition <c>hash|{sha256}</c>, so that equal files lie side by side.</summary>
public sealed record HashedFile(string Kind, string Id, UserId CreatorId, DateTimeOffset At)
{
    [JsonIgnore]
    public string DocumentId => IdOf(Kind, Id);

    public static string IdOf(string kind, string id) => $"{kind}|{id}";

    public static Partition In(string sha256) => new($"hash|{sha256}");
}

/// <summary>A file was accepted, or hashed up to <paramref name="From"/>: the next slice is to be hashed.</summary>
public sealed record ContentHashDue(string Id, UserId CreatorId, long From) : IEvent
{
    public static string Name => "content-hash-due";

    public static int Version => 1;
}

/// <summary>A creator deleted a video.</summary>
public sealed record VideoDeleted(VideoId VideoId, UserId CreatorId) : IEvent
{
    public static string Name => "video-deleted";

    public static int Version => 1;
}

/// <summary>
/// A video that its owner deleted: document <c>gone-video|{id}</c> of partition <c>creator|{owner}</c>, kept for longer than the claim of the key that announced it
/// (<see cref="IdempotencyClaims.KeptFor"/>), so that a repeated announcement can't take over its id.
/// </summary>
public sealed record GoneVideo(VideoId Id, DateTimeOffset DeletedAt)
{
    public static readonly TimeSpan KeptFor = IdempotencyClaims.KeptFor + TimeSpan.FromDays(1);

    public static string DocumentId(VideoId id) => $"gone-video|{id}";
}

/// <summary>What is known of the blobs in the media container.</summary>
public sealed class MediaFiles(Records records, IMediaStore media)
{
    public ValueTask<Stored<MediaFile>?> FindAsync(string id, CancellationToken cancellationToken) =>
        records.FindAsync<MediaFile>(MediaFile.In(id), MediaFile.DocumentId, cancellationToken);

    /// <summary>Before the blob is written. Doing it again changes nothing.</summary>
    public async ValueTask NoteAsync(MediaFile file, CancellationToken cancellationToken) =>
        await records.SaveAsync(new Batch(MediaFile.In(file.Id)).Create(MediaFile.DocumentId, file), cancellationToken);

    /// <summary>Other files with the same bytes; at most <paramref name="limit"/>.</summary>
    public async ValueTask<IReadOnlyList<HashedFile>> SameAsync(string sha256, int limit, CancellationToken cancellationToken) =>
        (await records.ListAsync<HashedFile>(HashedFile.In(sha256), SortRange.Prefix(""), Direction.Ascending, new(limit, null), cancellationToken)).IsOk(out var page, out _) ? page.Items : [];

    /// <summary>Removes the blob and all that is known of it. The note goes last, so that what a crash leaves is found again.</summary>
    public async ValueTask ForgetAsync(string kind, string id, CancellationToken cancellationToken)
    {
        await media.DeleteAsync(kind == MediaFile.Videos ? Video.Blob(new(id)) : Cover.Blob(id), null, cancellationToken);
        if (await FindAsync(id, cancellationToken) is not { } file)
            return;
        if (file.Value.Sha256 is { } sha256)
            await records.SaveAsync(new Batch(HashedFile.In(sha256)).Delete(HashedFile.IdOf(kind, id)), cancellationToken);
        await records.SaveAsync(new Batch(MediaFile.In(id)).Delete(MediaFile.DocumentId), cancellationToken);
    }
}

/// <summary>Off the queue: what belonged to a deleted video goes too.</summary>
public sealed class ClearDeletedVideo(MediaFiles files, IMediaStore media) : IHandle<VideoDeleted>
{
    public async ValueTask<Handled> HandleAsync(VideoDeleted message, CancellationToken cancellationToken)
    {
        await media.DeleteAsync(BlobName.Upload($"videos/{message.CreatorId}/{message.VideoId}"), null, cancellationToken);
        await files.ForgetAsync(MediaFile.Videos, message.VideoId.Value, cancellationToken);
        return Handled.Done;
    }
}
