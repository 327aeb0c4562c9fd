using System.IO.Compression;
using System.Text.Json;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Privacy;

/// <summary>An export as its owner sees it; <paramref name="Download"/> only while it can be fetched.</summary>
public sealed record ExportSeen(DataExport Export, ExportState State, Uri? Download, DateTimeOffset? DownloadUntil);

/// <summary>Somebody asks for everything that is stored about her, and for how far that is. While one is made, asking again answers that one.</summary>
public sealed class RequestExport(Records records, IMediaStore media, MediaOptions options, TimeProvider clock)
{
    /// <summary>A record of an export that nobody asks for any more goes by itself.</summary>
    private static readonly TimeSpan RecordKeptFor = TimeSpan.FromDays(30);

    public async ValueTask<DataExport> HandleAsync(UserId user, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var before = await records.FindAsync<DataExport>(DataExport.In(user), DataExport.DocumentId, cancellationToken);
            if (before?.Value.State == ExportState.Queued)
                return before.Value;
            var asked = new DataExport(Ids.New("exp", now), user, ExportState.Queued, now, null, null, null, null);
            var batch = new Batch(DataExport.In(user));
            _ = before is null
                ? batch.Create(DataExport.DocumentId, asked, timeToLive: RecordKeptFor)
                : batch.Replace(DataExport.DocumentId, asked, before.ETag, timeToLive: RecordKeptFor);
            if ((await records.SaveAsync(batch.Emit(new ExportAsked(asked.Id, user), now), cancellationToken)).IsOk)
                return asked;
        }
    }

    public async ValueTask<Result<ExportSeen>> ShowAsync(UserId user, CancellationToken cancellationToken)
    {
        if ((await records.FindAsync<DataExport>(DataExport.In(user), DataExport.DocumentId, cancellationToken))?.Value is not { } export)
            return Problem.NotFound("export");
        var now = clock.GetUtcNow();
        var state = export.StateAt(now);
        if (state != ExportState.Ready)
            return new ExportSeen(export, state, null, null);
        var until = now + options.PlaybackUrlLifetime;
        if (until > export.ExpiresAt)
            until = export.ExpiresAt.Value;
        return new ExportSeen(export, state, await media.SignReadAsync(export.Blob, until, cancellationToken), until);
    }
}

/// <summary>
/// Off the queue: gathers everything that the table of <see cref="PersonalData"/> says is somebody's into one ZIP of JSON. A second run writes the same file again; a run for an
/// export that is ready or was replaced by a later one does nothing.
/// </summary>
public sealed class ExportData(Records records, SeriesRecords series, IMediaStore media, MediaOptions options, TimeProvider clock) : IHandle<ExportAsked>
{
    public async ValueTask<Handled> HandleAsync(ExportAsked message, CancellationToken cancellationToken)
    {
        var partition = DataExport.In(message.UserId);
        if (await records.FindAsync<DataExport>(partition, DataExport.DocumentId, cancellationToken) is not { Value.State: ExportState.Queued } export || export.Value.Id != message.Id)
            return Handled.Done;
        using var zip = new MemoryStream();
        var documents = await WriteAsync(zip, message.UserId, cancellationToken);
        await media.WriteAsync(export.Value.Blob, "application/zip", zip, cancellationToken);
        var now = clock.GetUtcNow();
        var ready = export.Value with { State = ExportState.Ready, ReadyAt = now, ExpiresAt = now + options.ExportsKeptFor, Documents = documents, Bytes = zip.Length };
        // Whoever was faster wrote the same.
        await records.SaveAsync(new Batch(partition).Replace(DataExport.DocumentId, ready, export.ETag, timeToLive: options.ExportsKeptFor + TimeSpan.FromDays(30)), cancellationToken);
        return Handled.Done;
    }

    /// <summary>A file for each place and beginning of an id, as documents come; then what is in them.</summary>
    private async ValueTask<long> WriteAsync(MemoryStream into, UserId user, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(into, ZipArchiveMode.Create, leaveOpen: true);
        var files = new List<ExportFile>();
        ExportFile? open = null;
        Utf8JsonWriter? json = null;
        Stream? entry = null;
        try
        {
            await foreach (var found in new PersonalDocuments(records, new Spots(records, series)).OfAsync(user, cancellationToken))
            {
                // What nobody thought of is rather told than kept back.
                if (found.Row is { InExport: false })
                    continue;
                var name = NameOf(found);
                if (open?.Name != name)
                {
                    await CloseAsync(json, entry, cancellationToken);
                    files.Add(open = new(name, found.Row?.What ?? "other"));
                    entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
                    json = new(entry, new() { Indented = true });
                    json.WriteStartArray();
                }
                json!.WriteStartObject();
                json.WriteString("id"u8, found.Document.Id);
                json.WritePropertyName("data"u8);
                json.WriteRawValue(found.Document.Body.Span);
                json.WriteEndObject();
                open.Documents++;
            }
            await CloseAsync(json, entry, cancellationToken);
            (json, entry) = (null, null);
        }
        finally
        {
            if (json is not null)
                await json.DisposeAsync();
            if (entry is not null)
                await entry.DisposeAsync();
        }
        return await WriteIndexAsync(zip, user, files, cancellationToken);
    }

    private async ValueTask<long> WriteIndexAsync(ZipArchive zip, UserId user, List<ExportFile> files, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry("index.json").OpenAsync(cancellationToken);
        await using var json = new Utf8JsonWriter(entry, new() { Indented = true });
        json.WriteStartObject();
        json.WriteString("userId"u8, user.Value);
        json.WriteString("madeAt"u8, clock.GetUtcNow());
        json.WriteStartArray("files"u8);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, file.Name);
            json.WriteString("what"u8, file.What);
            json.WriteNumber("documents"u8, file.Documents);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return files.Sum(file => file.Documents);
    }

    private static async ValueTask CloseAsync(Utf8JsonWriter? json, Stream? entry, CancellationToken cancellationToken)
    {
        if (json is null || entry is null)
            return;
        json.WriteEndArray();
        await json.FlushAsync(cancellationToken);
        await json.DisposeAsync();
        await entry.DisposeAsync();
    }

    private static string NameOf(FoundDocument found)
    {
        var id = found.Document.Id;
        return $"{found.Partition.Key.Replace('|', '/')}/{(id.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar ? id[..bar] : id)}.json";
    }

    private sealed record ExportFile(string Name, string What)
    {
        public long Documents { get; set; }
    }
}
