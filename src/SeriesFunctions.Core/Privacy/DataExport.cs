using System.Text.Json.Serialization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Privacy;

public enum ExportState
{
    Queued,
    Ready,

    /// <summary>Its time is over and its file is gone; ask for another one.</summary>
    Expired,
}

/// <summary>
/// The last export that somebody asked for: document <c>export</c> of partition <c>privacy|{user}</c>. <paramref name="Documents"/> and <paramref name="Bytes"/> are known once it is ready.
/// </summary>
public sealed record DataExport(string Id, UserId UserId, ExportState State, DateTimeOffset RequestedAt, DateTimeOffset? ReadyAt, DateTimeOffset? ExpiresAt, long? Documents, long? Bytes)
{
    public const string DocumentId = "export";

    /// <summary>Where exports are in the media container.</summary>
    public const string Folder = "exports/";

    [JsonIgnore]
    public BlobName Blob => BlobName.Media($"{Folder}{Id}.zip");

    public static Partition In(UserId user) => new($"privacy|{user}");

    /// <summary>By the clock: nobody has to tidy up first.</summary>
    public ExportState StateAt(DateTimeOffset now) => State == ExportState.Ready && now >= ExpiresAt ? ExportState.Expired : State;
}

/// <summary>Somebody wants everything that is stored about her.</summary>
public sealed record ExportAsked(string Id, UserId UserId) : IEvent
{
    public static string Name => "export-asked";

    public static int Version => 1;
}
