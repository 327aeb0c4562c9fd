using System.Globalization;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// A creator's promo code for one series: document <c>code|{code}</c> of partition <c>series|{id}</c>. It takes off either <paramref name="PercentOff"/> (1 to 100) or
/// <paramref name="AmountOff"/>. <paramref name="EndsAt"/> null: until it is ended; <paramref name="Limit"/> null: as often as wanted.
/// <paramref name="PerViewer"/> is how often one viewer may use it; a gift counts as a use of its buyer's. How often it was used is <see cref="CodeUses"/>.
/// </summary>
public sealed record PromoCode(
    string Id, SeriesId SeriesId, string Code, int? PercentOff, Money? AmountOff, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, int? Limit, int PerViewer,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    public static string DocumentId(string code) => $"code|{code}";

    /// <summary>Newest last; a list is read descending.</summary>
    public string Sort => $"code|{Id}";

    /// <summary>Until when it really holds; null while no end is set.</summary>
    public DateTimeOffset? HoldsUntil => EndedAt is { } ended && !(EndsAt < ended) ? ended : EndsAt;

    public CodeTerms Terms => new(Code, PercentOff, AmountOff, StartsAt, HoldsUntil);

    public DiscountState StateAt(DateTimeOffset now) =>
        now >= HoldsUntil ? DiscountState.Ended : now < StartsAt ? DiscountState.Scheduled : DiscountState.Running;

    /// <summary>
    /// The one way to write a code: without the space around it, in capitals. Null for what can't be a code: 3 to 32 characters of <c>A-Z 0-9 _ -</c>.
    /// </summary>
    public static string? Normalize(string? text)
    {
        var code = text?.Trim();
        if (code is not { Length: >= 3 and <= 32 })
            return null;
        foreach (var c in code)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return null;
        }
        return code.ToUpperInvariant();
    }
}

/// <summary>What a creator asks for. Times left out: from now on, and until it is ended.</summary>
public sealed record NewPromoCode(string Code, int? PercentOff, Money? AmountOff, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, int? Limit, int? PerViewer);

/// <summary>The rules for promo codes, pure. Source: product rules, "Discounts"; stacking and the floor: ADR 20.</summary>
public static class CodeRules
{
    public static readonly Problem Unknown = Problem.Refused("code-unknown", "There is no such promo code for this series.");
    public static readonly Problem NotStarted = Problem.Refused("code-not-running", "This promo code does not hold yet.");
    public static readonly Problem Ended = Problem.Refused("code-not-running", "This promo code has expired.");
    public static readonly Problem UsedUp = Problem.Refused("code-used-up", "This promo code was used as often as it may be.");
    public static readonly Problem AlreadyUsed = Problem.Refused("code-already-used", "You have used this promo code as often as you may.");
    public static readonly Problem GivesNothing = Problem.Refused("code-gives-nothing", "This series costs the least it can already; the promo code would be used for nothing.");

    /// <summary>The code to store, with <paramref name="id"/>; or every field that is wrong, all at once.</summary>
    public static Result<PromoCode> Create(string id, SeriesId series, NewPromoCode asked, Money listPrice, DateTimeOffset now, PricingOptions options)
    {
        var code = PromoCode.Normalize(asked.Code);
        var starts = asked.StartsAt is { } start && start > now ? start : now;
        var checks = new FieldChecks()
            .Must(code is not null, "code", "not-a-code", "3 to 32 characters of A-Z 0-9 _ -, in any case.")
            .Must(asked.PercentOff is null != asked.AmountOff is null, "percentOff", "percent-or-amount", "Give either percentOff or amountOff.")
            .Must(asked.PercentOff is null or (>= 1 and <= 100), "percentOff", "percent-out-of-range", "A whole number from 1 to 100; 100 makes it free.")
            .Must(asked.Limit is null or (>= 1 and <= 1_000_000), "limit", "limit-out-of-range", "A whole number from 1 to 1000000; none for no limit.")
            .Must(asked.PerViewer is null or (>= 1 and <= 100), "perViewer", "per-viewer-out-of-range", "A whole number from 1 to 100.")
            .Must(asked.StartsAt is null || asked.StartsAt >= now - DiscountRules.LateStart, "startsAt", "starts-in-the-past", "A code starts now or later.")
            .Must(asked.StartsAt is null || asked.StartsAt <= now + options.FurthestStart, "startsAt", "starts-too-late",
                string.Create(CultureInfo.InvariantCulture, $"A code starts within {options.FurthestStart.TotalDays} days."))
            .Must(asked.EndsAt is null || asked.EndsAt > starts, "endsAt", "ends-before-start", "A code ends after it starts.");
        if (asked.AmountOff is { } amount)
        {
            checks.Must(amount.Currency == listPrice.Currency, "amountOff.currency", "another-currency", $"This series is priced in {listPrice.Currency}.");
            checks.Must(amount.Amount >= 1, "amountOff.amount", "amount-out-of-range", "At least one minor unit.");
            checks.Must(listPrice.Amount - amount.Amount >= options.LowestPrice, "amountOff.amount", "price-too-low",
                $"The price would be under {listPrice with { Amount = options.LowestPrice }}. To give it away, make a code of 100 percent.");
        }
        else if (asked.PercentOff is >= 1 and < 100)
        {
            checks.Must(listPrice.LessPercent(asked.PercentOff.Value).Amount >= options.LowestPrice, "percentOff", "price-too-low",
                $"The price would be under {listPrice with { Amount = options.LowestPrice }}. To give it away, make a code of 100 percent.");
        }
        return checks.AllGood
            ? new PromoCode(id, series, code!, asked.PercentOff, asked.AmountOff, starts, asked.EndsAt, asked.Limit, asked.PerViewer ?? 1, now, EndedAt: null)
            : checks.Problem;
    }

    /// <summary>Why a code can't be used on this price at this instant; null when it can.</summary>
    public static Problem? Check(PromoCode? code, Quote withCode, Quote without, DateTimeOffset now) => code?.StateAt(now) switch
    {
        null => Unknown,
        DiscountState.Scheduled => NotStarted,
        DiscountState.Ended => Ended,
        _ => withCode.Price.Amount < without.Price.Amount ? null : GivesNothing,
    };
}
