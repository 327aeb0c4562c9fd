using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Running;

/// <summary>The store as one instance reaches it: each call waits for the scheduler, may time out before or after its effect, and may be the last.</summary>
public sealed class GatedStore(IDocumentStore store, Instance instance) : IDocumentStore
{
    public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) =>
        CallAsync($"find {partition} {id}", () => store.FindAsync(partition, id, cancellationToken));

    public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken) =>
        CallAsync($"write {partition}", () => store.WriteAsync(partition, writes, cancellationToken));

    public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken) =>
        CallAsync($"list {partition}", () => store.ListAsync(partition, range, direction, limit, cursor, cancellationToken));

    public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) =>
        CallAsync($"scan {partition}", () => store.ScanAsync(partition, after, limit, cancellationToken));

    private async ValueTask<T> CallAsync<T>(string call, Func<ValueTask<T>> ask)
    {
        var passage = await instance.BeforeAsync(call);
        if (passage == Passage.LoseRequest)
            throw new StoreUnavailableException("The request was lost.");
        var answer = await ask();
        return await instance.AfterAsync(passage) ? throw new StoreUnavailableException("The answer was lost.") : answer;
    }
}

/// <summary>The queue as one instance reaches it. A call that fails is an exception that the caller sees.</summary>
public sealed class GatedQueue(IMessageQueue inner, Instance instance) : IMessageQueue
{
    public async ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) =>
        await CallAsync($"send {queue}", async () =>
        {
            await inner.SendAsync(queue, messages, cancellationToken);
            return true;
        });

    public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken) =>
        CallAsync($"receive {queue}", () => inner.ReceiveAsync(queue, max, TimeSpan.Zero, cancellationToken));

    public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        CallAsync($"complete {message.Queue}", () => inner.CompleteAsync(message, cancellationToken));

    public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        CallAsync($"abandon {message.Queue}", () => inner.AbandonAsync(message, delay, reason, cancellationToken));

    public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        CallAsync($"dead-letter {message.Queue}", () => inner.DeadLetterAsync(message, reason, description, cancellationToken));

    public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        CallAsync($"renew {message.Queue}", () => inner.RenewAsync(message, cancellationToken));

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken) =>
        CallAsync($"dead letters {queue}", () => inner.ListDeadLettersAsync(queue, max, cancellationToken));

    public ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken) =>
        CallAsync($"replay {queue}", () => inner.ReplayDeadLetterAsync(queue, messageId, cancellationToken));

    private async ValueTask<T> CallAsync<T>(string call, Func<ValueTask<T>> ask)
    {
        var passage = await instance.BeforeAsync(call);
        if (passage == Passage.LoseRequest)
            throw new QueueUnavailableException();
        var answer = await ask();
        return await instance.AfterAsync(passage) ? throw new QueueUnavailableException() : answer;
    }
}

/// <summary>The queue did not answer. The host's loops, which call it, log it and look again.</summary>
public sealed class QueueUnavailableException() : Exception("The queue did not answer.");

/// <summary>The provider as one instance reaches it: no answer is a value of the port.</summary>
public sealed class GatedPayments(IPaymentGateway payments, Instance instance) : IPaymentGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) =>
        CallAsync("open session", () => payments.OpenSessionAsync(request, cancellationToken));

    public ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        CallAsync("find session", () => payments.FindSessionAsync(sessionId, cancellationToken));

    public ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        CallAsync("expire session", () => payments.ExpireSessionAsync(sessionId, cancellationToken));

    public ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken) =>
        CallAsync("find payment", () => payments.FindPaymentAsync(paymentId, cancellationToken));

    public ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) =>
        CallAsync("refund", () => payments.RefundAsync(request, cancellationToken));

    public ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken) =>
        CallAsync("transfer", () => payments.TransferAsync(request, cancellationToken));

    public ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken) =>
        CallAsync("list books", () => payments.ListBooksAsync(request, cancellationToken));

    public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader) => payments.ReadWebhook(rawBody, signatureHeader);

    private async ValueTask<GatewayResult<T>> CallAsync<T>(string call, Func<ValueTask<GatewayResult<T>>> ask)
        where T : class
    {
        var passage = await instance.BeforeAsync("provider " + call);
        if (passage == Passage.LoseRequest)
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "request-lost");
        var answer = await ask();
        if (answer.Status == GatewayStatus.Unavailable)
            instance.Disturb();
        return await instance.AfterAsync(passage) ? GatewayResult<T>.Failed(GatewayStatus.Unavailable, "answer-lost") : answer;
    }
}

/// <summary>The media store as one instance reaches it.</summary>
public sealed class GatedMedia(IMediaStore media, Instance instance) : IMediaStore
{
    public ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        CallAsync("sign upload", () => media.SignUploadAsync(blob, contentType, expiresAt, cancellationToken));

    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        CallAsync("sign read", () => media.SignReadAsync(blob, expiresAt, cancellationToken));

    public ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken) => CallAsync("find blob", () => media.FindAsync(blob, cancellationToken));

    public ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        CallAsync("read blob", () => media.ReadAsync(blob, etag, offset, buffer, cancellationToken));

    public ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken) =>
        CallAsync("copy blob", () => media.CopyAsync(source, sourceEtag, target, contentType, cancellationToken));

    public ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken) =>
        CallAsync("write blob", () => media.WriteAsync(blob, contentType, content, cancellationToken));

    public ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken) => CallAsync("delete blob", () => media.DeleteAsync(blob, etag, cancellationToken));

    public ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken) =>
        CallAsync("list blobs", () => media.ListAsync(container, prefix, cursor, limit, cancellationToken));

    private async ValueTask<T> CallAsync<T>(string call, Func<ValueTask<T>> ask)
    {
        var passage = await instance.BeforeAsync("media " + call);
        if (passage == Passage.LoseRequest)
            throw new MediaUnavailableException("The request was lost.");
        var answer = await ask();
        return await instance.AfterAsync(passage) ? throw new MediaUnavailableException("The answer was lost.") : answer;
    }
}
