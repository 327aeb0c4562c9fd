using System.Text.Json.Serialization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>What was agreed about a creator's sales at one time: the version of her policy with its commission, and what the app store takes, both in basis points.</summary>
public readonly record struct Terms(int PolicyVersion, int CommissionBasisPoints, int StoreFeeBasisPoints);

/// <summary>
/// One sale with everything that was booked about it, in minor units: document <c>line|{paymentId}</c> of the creator's books, written with each of its transactions. Fees and commission of a
/// sale that was partly given back are computed from here as a whole, never refund by refund, so that no cent is lost to rounding and no order of events makes a difference: a line may
/// know of a refund before it knows of its sale.
/// </summary>
public sealed record SaleLine(
    string PaymentId, PurchaseId PurchaseId, SeriesId? SeriesId, string Currency, DateTimeOffset? SoldAt, long Price, long ProcessingFee, long StoreFee, long Commission,
    long Refunded, long Disputed, long DisputeFees, Terms Terms)
{
    public static string DocumentId(string paymentId) => $"line|{paymentId}";

    public static SaleLine New(string paymentId, PurchaseId purchase, string currency) => new(paymentId, purchase, null, currency, null, 0, 0, 0, 0, 0, 0, 0, default);

    /// <summary>In the list of sales once there is a sale.</summary>
    [JsonIgnore]
    public string? Sort => SoldAt is { } at ? $"sale|{CatalogLists.Time(at)}|{PaymentId}" : null;

    /// <summary>What the creator has of it: the price less what went back, fees and commission.</summary>
    [JsonIgnore]
    public long Net => Price - Refunded - Disputed - ProcessingFee - StoreFee - Commission - DisputeFees;

    /// <summary>What the app store keeps: its part of what was not given back.</summary>
    [JsonIgnore]
    public long StoreFeeDue => SoldAt is null ? 0 : Kept(Part(Price, Terms.StoreFeeBasisPoints));

    /// <summary>What we keep: our part of the price less the fees, of what was not given back. Source: product rules, "share".</summary>
    [JsonIgnore]
    public long CommissionDue => SoldAt is null ? 0 : Kept(Part(Math.Max(Price - ProcessingFee - Part(Price, Terms.StoreFeeBasisPoints), 0), Terms.CommissionBasisPoints));

    private long Kept(long whole)
    {
        var back = Math.Clamp(Refunded + Disputed, 0, Price);
        return Price == 0 ? 0 : whole - (whole * back * 2 + Price) / (Price * 2);
    }

    private long Part(long of, int basisPoints) => new Money(of, Currency).BasisPoints(basisPoints).Amount;
}
