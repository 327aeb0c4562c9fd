using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Privacy;

namespace SeriesFunctions.Http.Views;

/// <summary>An export of everything that is stored about the caller. <paramref name="Download"/> is there while it is ready: a URL of a ZIP of JSON, good for a quarter of an hour.</summary>
public sealed record ExportView(
    string ExportId, ExportState State, DateTimeOffset RequestedAt, DateTimeOffset? ReadyAt, DateTimeOffset? ExpiresAt, long? Documents, long? SizeBytes, DownloadView? Download)
{
    public static ExportView Of(ExportSeen seen) => new(
        seen.Export.Id, seen.State, seen.Export.RequestedAt, seen.Export.ReadyAt, seen.Export.ExpiresAt, seen.Export.Documents, seen.Export.Bytes,
        seen.Download is { } url ? new(url, seen.DownloadUntil!.Value) : null);
}

public sealed record DownloadView(Uri Url, DateTimeOffset ExpiresAt);

/// <summary>Something that has to end before somebody can be erased.</summary>
public sealed record ErasureBlockerView(string Code, string Detail);

/// <summary>
/// What became of one type of document: how many were deleted (at least), how many stay without what they said of her, and how many as they are; <paramref name="Because"/> says why, and
/// <paramref name="What"/> what such a document says of a person.
/// </summary>
public sealed record ErasedView(string Type, string What, long Deleted, long Blanked, long Kept, string? Because);

/// <summary>
/// The erasure of somebody. <paramref name="Blockers"/> say what must end first where it is blocked: then nothing was erased, and it can be asked for again. It is done after its second pass, at
/// <paramref name="SecondPassAt"/> or soon after; <paramref name="Documents"/> is its report.
/// </summary>
public sealed record ErasureView(
    string ErasureId, UserId UserId, ErasureState State, DateTimeOffset RequestedAt, IReadOnlyList<ErasureBlockerView> Blockers, DateTimeOffset? SecondPassAt, DateTimeOffset? DoneAt,
    IReadOnlyList<ErasedView> Documents)
{
    public static ErasureView Of(DataErasure erasure) => new(
        erasure.Id, erasure.UserId, erasure.State, erasure.RequestedAt, [.. erasure.Blockers.Select(code => new ErasureBlockerView(code, ErasureBlockers.Sentences[code]))], erasure.SecondPassAt, erasure.DoneAt,
        [.. erasure.Documents.OrderBy(counted => counted.Key, StringComparer.Ordinal).Select(counted => Of(counted.Key, counted.Value))]);

    private static ErasedView Of(string type, ErasureCount count) => PersonalData.All.FirstOrDefault(row => row.Type.Name == type) is { } row
        ? new(type, row.What, count.Deleted, count.Blanked + count.Unnamed, count.Kept, row.OnErasure.Why.Length == 0 ? null : row.OnErasure.Why)
        : new(type, "other", count.Deleted, count.Blanked + count.Unnamed, count.Kept, null);
}
