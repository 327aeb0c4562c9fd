using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>A discount as far as the price is concerned: it holds from <paramref name="StartsAt"/> (inclusive) to <paramref name="EndsAt"/> (exclusive).</summary>
public sealed record Offer(DiscountId Id, int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    public bool HoldsAt(DateTimeOffset at) => StartsAt <= at && at < EndsAt;

    public bool Overlaps(Offer other) => StartsAt < other.EndsAt && other.StartsAt < EndsAt;
}

/// <summary>What a series costs at one instant. <paramref name="Offer"/> is the discount that makes the difference, null at full price.</summary>
public sealed record Quote(Money ListPrice, Money Price, Offer? Offer)
{
    /// <summary>
    /// The price at <paramref name="at"/>, by the clock alone: whether a message or a timer has tidied up makes no difference.
    /// Rounded half up to the minor unit. Source: product rules, "Discounts".
    /// </summary>
    public static Quote At(Money listPrice, IReadOnlyList<Offer> offers, DateTimeOffset at)
    {
        // Windows don't overlap; should two ever do, the buyer gets the better one.
        Offer? best = null;
        foreach (var offer in offers)
        {
            if (offer.HoldsAt(at) && (best is null || offer.PercentOff > best.PercentOff))
                best = offer;
        }
        return best is null ? new(listPrice, listPrice, null) : new(listPrice, listPrice.LessPercent(best.PercentOff), best);
    }
}
