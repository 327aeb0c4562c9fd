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
