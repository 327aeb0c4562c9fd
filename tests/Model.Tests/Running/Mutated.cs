using System.Text.Json;
using Model.Tests.Memory;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Running;

/// <summary>Mutations that are decorators of ports, or ways of the provider. They are on only when the runner of mutations asks, by name.</summary>
public static class Mutated
{
    public const string Variable = "MODEL_MUTATION";

    public const string DropTheEtag = "drop the etag";

    public const string BelieveThePayload = "believe the payload";

    public const string CreditWhatIsToCome = "take the difference from what is to come";

    private static readonly string? On = Environment.GetEnvironmentVariable(Variable);

    public static bool CreditsWhatIsToCome => On == CreditWhatIsToCome;

    public static IDocumentStore Store(IDocumentStore store) => On == DropTheEtag ? new Etagless(store) : store;

    public static IPaymentGateway Payments(IPaymentGateway payments, MemoryProvider provider, Scheduler scheduler) =>
        On == BelieveThePayload ? new Believing(payments, provider, scheduler) : payments;

    /// <summary>Every replace is a put.</summary>
    private sealed class Etagless(IDocumentStore store) : IDocumentStore
    {
        public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) => store.FindAsync(partition, id, cancellationToken);

        public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken) =>
            store.WriteAsync(partition, [.. writes.Select(write => write is Write.Replace replace ? new Write.Put(replace.Id, replace.Sort, replace.Body, replace.TimeToLive) : write)], cancellationToken);

        public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken) =>
            store.ListAsync(partition, range, direction, limit, cursor, cancellationToken);

        public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) => store.ScanAsync(partition, after, limit, cancellationToken);
    }

    /// <summary>Whoever handles an event is told of the payment as it was when the event was made.</summary>
    private sealed class Believing(IPaymentGateway payments, MemoryProvider provider, Scheduler scheduler) : IPaymentGateway
    {
        public ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken)
        {
            if (scheduler.Now?.About is { } about && about.Contains(ProviderEventReceived.Name, StringComparison.Ordinal))
            {
                using var message = JsonDocument.Parse(about);
                var id = message.RootElement.GetProperty("body").GetProperty("eventId").GetString();
                if (provider.Told.Find(told => told.Id == id)?.Snapshot is { } told && told.Id == paymentId)
                    return new(told);
            }
            return payments.FindPaymentAsync(paymentId, cancellationToken);
        }

        public ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) => payments.OpenSessionAsync(request, cancellationToken);

        public ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) => payments.FindSessionAsync(sessionId, cancellationToken);

        public ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) => payments.ExpireSessionAsync(sessionId, cancellationToken);

        public ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) => payments.RefundAsync(request, cancellationToken);

        public ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken) => payments.TransferAsync(request, cancellationToken);

        public ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken) => payments.ListBooksAsync(request, cancellationToken);

        public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader) => payments.ReadWebhook(rawBody, signatureHeader);
    }
}
