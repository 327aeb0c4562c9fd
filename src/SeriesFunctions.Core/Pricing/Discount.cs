using System.Globalization;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>A limited-time discount as its creator set it. <paramref name="EndedAt"/> is set when it was ended early.</summary>
public sealed record Discount(DiscountId Id, SeriesId SeriesId, int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    public static string DocumentId(DiscountId id) => $"discount|{id}";

    /// <summary>Newest last; a list is read descending.</summary>
    public string Sort => $"discount|{Id}";

    /// <summary>Until when it really holds.</summary>
    public DateTimeOffset HoldsUntil => EndedAt is { } ended && ended < EndsAt ? ended : EndsAt;

    public Offer ToOffer() => new(Id, PercentOff, StartsAt, EndsAt);

    public DiscountState StateAt(DateTimeOffset now) =>
        now >= HoldsUntil ? DiscountState.Ended : now < StartsAt ? DiscountState.Scheduled : DiscountState.Running;
}

public enum DiscountState
{
    Scheduled,
    Running,
    Ended,
}

/// <summary>What a creator asks for.</summary>
public sealed record NewDiscount(int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    /// <summary>As it is set at <paramref name="now"/>: no discount holds before it was set, so one that should have begun a moment ago (<see cref="DiscountRules.LateStart"/>) begins now.</summary>
    public Discount SetAt(DateTimeOffset now, DiscountId id, SeriesId series) => new(id, series, PercentOff, StartsAt < now ? now : StartsAt, EndsAt, now, EndedAt: null);
}

/// <summary>The rules for setting discounts, pure. Source: product rules, "Discounts".</summary>
public static class DiscountRules
{
    /// <summary>How long after its start a request may still arrive and count as "from now on": a phone's clock and a slow line.</summary>
    public static readonly TimeSpan LateStart = TimeSpan.FromMinutes(1);

    public static Problem? Check(NewDiscount asked, Money listPrice, IReadOnlyList<Offer> offers, DateTimeOffset now, PricingOptions options, string prefix = "")
    {
        var checks = new FieldChecks();
        checks.Must(asked.PercentOff >= options.LowestPercentOff && asked.PercentOff <= options.HighestPercentOff, prefix + "percentOff", "percent-out-of-range",
            string.Create(CultureInfo.InvariantCulture, $"A whole number from {options.LowestPercentOff} to {options.HighestPercentOff}."));
        var length = asked.EndsAt - asked.StartsAt;
        checks.Must(length > TimeSpan.Zero, prefix + "endsAt", "ends-before-start", "A discount ends after it starts.");
        if (length > TimeSpan.Zero)
            checks.Must(length >= options.ShortestDiscount && length <= options.LongestDiscount, prefix + "endsAt", "window-length",
                string.Create(CultureInfo.InvariantCulture, $"A discount lasts from {options.ShortestDiscount.TotalMinutes} minutes to {options.LongestDiscount.TotalDays} days."));
        checks.Must(asked.StartsAt >= now - LateStart, prefix + "startsAt", "starts-in-the-past", "A discount starts now or later.");
        checks.Must(asked.StartsAt <= now + options.FurthestStart, prefix + "startsAt", "starts-too-late",
            string.Create(CultureInfo.InvariantCulture, $"A discount starts within {options.FurthestStart.TotalDays} days."));
        if (checks.AllGood)
            checks.Must(listPrice.LessPercent(asked.PercentOff).Amount >= options.LowestPrice, prefix + "percentOff", "price-too-low",
                $"The discounted price would be under {listPrice with { Amount = options.LowestPrice }}.");
        if (!checks.AllGood)
            return checks.Problem;

        var window = new Offer(default, asked.PercentOff, asked.StartsAt, asked.EndsAt);
        if (offers.Any(offer => offer.EndsAt > now && offer.Overlaps(window)))
            return Problem.Conflict("discount-overlaps", "Another discount of this series holds during a part of this time.");
        return offers.Count(offer => offer.EndsAt > now) >= options.MostDiscountsAhead
            ? Problem.Conflict("too-many-discounts", "So many discounts are set already; wait until one has ended.")
            : null;
    }
}
