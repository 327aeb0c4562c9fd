using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>A discount as far as the price is concerned: it holds from <paramref name="StartsAt"/> (inclusive) to <paramref name="EndsAt"/> (exclusive).</summary>
public sealed record Offer(DiscountId Id, int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    public bool HoldsAt(DateTimeOffset at) => StartsAt <= at && at < EndsAt;

    public bool Overlaps(Offer other) => StartsAt < other.EndsAt && other.StartsAt < EndsAt;
}

/// <summary>A promo code as far as the price is concerned: a percentage or an amount, within <c>[StartsAt, EndsAt)</c>; no end is for good.</summary>
public sealed record CodeTerms(string Code, int? PercentOff, Money? AmountOff, DateTimeOffset StartsAt, DateTimeOffset? EndsAt)
{
    public bool HoldsAt(DateTimeOffset at) => StartsAt <= at && !(at >= EndsAt);

    /// <summary>All of it off is free. Anything less stops at <paramref name="lowest"/> minor units, and never raises a price.</summary>
    public Money Off(Money price, long lowest)
    {
        if (PercentOff >= 100)
            return price with { Amount = 0 };
        var less = PercentOff is { } percent ? price.LessPercent(percent) : price - AmountOff!.Value;
        return price with { Amount = Math.Min(price.Amount, Math.Max(less.Amount, lowest)) };
    }
}

/// <summary>
/// What a series costs at one instant. <paramref name="Offer"/> is the discount that makes the difference, null at full price; <paramref name="Code"/> the promo code that
/// does, null where none was given or the one given does not hold.
/// </summary>
public sealed record Quote(Money ListPrice, Money Price, Offer? Offer, CodeTerms? Code = null)
{
    /// <summary>A code of 100 percent: nobody needs the payment provider.</summary>
    public bool IsFree => Price.Amount == 0;

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

    /// <summary>The same with a promo code, which comes off the price of that instant, discount included; <paramref name="lowest"/> is the least that is charged, in minor units.</summary>
    public static Quote At(Money listPrice, IReadOnlyList<Offer> offers, CodeTerms? code, long lowest, DateTimeOffset at)
    {
        var quote = At(listPrice, offers, at);
        return code?.HoldsAt(at) == true ? quote with { Price = code.Off(quote.Price, lowest), Code = code } : quote;
    }
}
