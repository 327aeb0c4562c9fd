using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Checkout;

namespace Model.Tests.Memory;

/// <summary>The payment port on the provider in memory.</summary>
public sealed class MemoryPaymentGateway(MemoryProvider provider) : IPaymentGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) => Ask(() => provider.Open(request));

    public ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) => Ask(() => provider.FindSession(sessionId));

    public ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) => Ask(() => provider.Expire(sessionId));

    public ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken) => Ask(() => provider.FindPayment(paymentId));

    public ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) => Ask(() => provider.Refund(request));

    public ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken) => Ask(() => provider.Transfer(request));

    public ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken) => Ask(() => provider.ListBooks(request));

    /// <summary>Signatures are the real adapters' affair, with a contract of their own: here a word stands for one.</summary>
    public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader)
    {
        if (signatureHeader != MemoryProvider.Signature)
            return new(null, "bad-signature");
        var parts = Encoding.UTF8.GetString(rawBody.Span).Split('|');
        return new(new(parts[0], parts[1], Enum.Parse<ProviderObject>(parts[2]), parts[3], new(long.Parse(parts[4], CultureInfo.InvariantCulture), TimeSpan.Zero)), null);
    }

    private ValueTask<GatewayResult<T>> Ask<T>(Func<GatewayResult<T>> ask)
        where T : class
    {
        lock (provider.Gate)
            return new(provider.Outage ? GatewayResult<T>.Failed(GatewayStatus.Unavailable, "outage") : ask());
    }
}
