using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Checkout;

namespace Model.Tests.Memory;

/// <summary>An event on its way to us.</summary>
public sealed class MemoryEvent
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required ProviderObject Object { get; init; }

    public required string ObjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The payment as it was when the event was made: what somebody who believes the payload would go by.</summary>
    public ProviderPayment? Snapshot { get; init; }

    public DateTimeOffset DeliverAt { get; set; }

    public int Tries { get; set; }

    /// <summary>What is posted: a line, since how a provider writes its events is its adapter's affair.</summary>
    public byte[] Body => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}|{Type}|{Object}|{ObjectId}|{CreatedAt.UtcTicks}"));
}
