using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.App.Triggers;

/// <summary>
/// A committed upload, told by Event Grid within seconds, where looking for it could lag by minutes. It is only put on the media queue: there it is locked, renewed, retried and, if need be,
/// kept with its reason, like all other work. The client is bound and not the content, so that no byte of the file comes through here.
/// </summary>
public sealed class UploadTrigger(IMediaStore media, UploadEvents uploads)
{
    [Function(nameof(ReceiveUpload))]
    public async Task ReceiveUpload([BlobTrigger("uploads/{name}", Source = BlobTriggerSource.EventGrid, Connection = Connections.Uploads)] BlobClient blob, string name, CancellationToken cancellationToken)
    {
        // A name that no ticket of ours was for is nobody's upload; the store's life-cycle rule clears it away.
        if (BlobName.IsValid(name) && await media.FindAsync(BlobName.Upload(name), cancellationToken) is { } facts)
            await uploads.TellAsync(facts, cancellationToken);
    }
}
