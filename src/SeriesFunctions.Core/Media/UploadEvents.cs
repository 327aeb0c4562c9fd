using System.Text.Json;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// What both hosts do when an upload was committed: it becomes a message. One whose message was lost between the two, because the process was killed there or no
/// event came, is found by the sweep; the message's id is the blob's version, so telling twice is telling once.
/// </summary>
public sealed class UploadEvents(IMessageQueue queue, IMediaStore media, TimeProvider clock)
{
    /// <summary>Younger ones are being told just now.</summary>
    private static readonly TimeSpan SweptAfter = TimeSpan.FromMinutes(1);

    public ValueTask TellAsync(BlobFacts blob, CancellationToken cancellationToken) =>
        blob.Name.Container == BlobContainer.Uploads ? queue.SendAsync(Queues.Media, [Message(blob)], cancellationToken) : ValueTask.CompletedTask;

    public Task SweepAsync(CancellationToken cancellationToken) => SweepAsync(SweptAfter, cancellationToken);

    /// <summary>Tells of every upload that is older than <paramref name="olderThan"/> and still there: what was validated is gone from uploads.</summary>
    public async Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - olderThan;
        string? cursor = null;
        do
        {
            var page = await media.ListAsync(BlobContainer.Uploads, "", cursor, 1_000, cancellationToken);
            foreach (var blob in page.Items.Where(blob => blob.LastModified <= before && BlobName.IsValid(blob.Name.Name)))
                await TellAsync(blob, cancellationToken);
            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    private QueueMessage Message(BlobFacts blob)
    {
        var id = Ids.Derived("evt", $"{blob.Name} {blob.ETag}");
        var body = JsonSerializer.SerializeToUtf8Bytes(new UploadBody(blob.Name.Name, blob.ETag), UploadJson.Default.UploadBody);
        return new(id, new Envelope(id, UploadCommitted.Name, UploadCommitted.Version, clock.GetUtcNow(), null, body, System.Diagnostics.Activity.Current?.Id).ToJson());
    }
}

/// <summary><see cref="UploadCommitted"/> as JSON.</summary>
internal sealed record UploadBody(string BlobName, string ETag);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(UploadBody))]
internal sealed partial class UploadJson : System.Text.Json.Serialization.JsonSerializerContext;
