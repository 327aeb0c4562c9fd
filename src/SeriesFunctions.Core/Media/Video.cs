using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>Where an upload is.</summary>
public enum UploadStatus
{
    AwaitingUpload,
    Validating,
    Ready,
    Rejected,
}

/// <summary>
/// A creator's video: document <c>video|{id}</c> of partition <c>creator|{creator}</c>. <paramref name="Facts"/> are read from the file, and null until it was
/// accepted; <paramref name="Problems"/> say why it was not. <paramref name="UsedIn"/> names the series that it was put into.
/// <paramref name="WithdrawnAt"/> is set once its creator deleted it although it was on sale before: it is in none of her lists, and its file stays for those who bought it.
/// </summary>
public sealed record Video(
    VideoId Id,
    UserId CreatorId,
    string FileName,
    string Title,
    string ContentType,
    long AnnouncedBytes,
    UploadStatus Status,
    VideoFacts? Facts,
    IReadOnlyList<MediaProblem> Problems,
    IReadOnlyList<SeriesId> UsedIn,
    DateTimeOffset CreatedAt,
    DateTimeOffset UploadExpiresAt,
    DateTimeOffset? ValidatingSince,
    DateTimeOffset? WithdrawnAt = null)
{
    public static Partition In(UserId creator) => CreatorStanding.In(creator);

    public static string DocumentId(VideoId id) => $"video|{id}";

    public string? Sort => WithdrawnAt is null ? DocumentId(Id) : null;

    public BlobName Upload => BlobName.Upload($"videos/{CreatorId}/{Id}");

    /// <summary>Where the accepted file is; the id alone leads there, so that playback needs no look-up.</summary>
    public static BlobName Blob(VideoId id) => BlobName.Media($"videos/{id}");
}

/// <summary>An uploaded cover: document <c>cover|{id}</c> of the series' partition. The accepted file replaces the cover of the working copy.</summary>
public sealed record Cover(
    string Id,
    SeriesId SeriesId,
    UserId CreatorId,
    string FileName,
    string ContentType,
    long AnnouncedBytes,
    UploadStatus Status,
    CoverFacts? Facts,
    IReadOnlyList<MediaProblem> Problems,
    DateTimeOffset CreatedAt,
    DateTimeOffset UploadExpiresAt,
    DateTimeOffset? ValidatingSince = null)
{
    public static string DocumentId(string id) => $"cover|{id}";

    public string Sort => DocumentId(Id);

    public BlobName Upload => BlobName.Upload($"covers/{SeriesId}/{Id}");

    public static BlobName Blob(string id) => BlobName.Media($"covers/{id}");
}

/// <summary>A blob was committed to the uploads container. On Azure this is the blob trigger, locally the folder store tells it.</summary>
public sealed record UploadCommitted(string BlobName, string ETag) : IEvent
{
    public static string Name => "upload-committed";

    public static int Version => 1;
}

/// <summary>Held back until an upload or its validation must have ended; <paramref name="Kind"/> is <c>videos</c> or <c>covers</c>, as in the blob's name.</summary>
public sealed record UploadDue(string Kind, string OwnerId, string Id) : IEvent
{
    public static string Name => "upload-due";

    public static int Version => 1;
}

/// <summary>A video was accepted or rejected.</summary>
public sealed record VideoValidated(VideoId VideoId, UserId CreatorId, bool Accepted) : IEvent
{
    public static string Name => "video-validated";

    public static int Version => 1;
}
