using System.Globalization;

namespace SeriesFunctions.Core.Kernel;

/// <summary>An amount in minor units (999 is USD 9.99) and its ISO 4217 currency in upper case. Never one without the other.</summary>
public readonly record struct Money(long Amount, string Currency)
{
    public static Money Usd(long amount) => new(amount, "USD");

    public static Money operator +(Money left, Money right) => new(checked(left.Amount + Same(left, right).Amount), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Amount - Same(left, right).Amount), left.Currency);

    /// <summary>Takes <paramref name="percent"/> off, the rest rounded half up to the minor unit.</summary>
    public Money LessPercent(int percent) => this with { Amount = checked((Amount * (100 - percent) + 50) / 100) };

    /// <summary>The part in basis points (100 is one percent), rounded half up to the minor unit.</summary>
    public Money BasisPoints(int basisPoints) => this with { Amount = checked((Amount * basisPoints + 5_000) / 10_000) };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Currency} {Amount / 100m:0.00}");

    private static Money Same(Money left, Money right) =>
        left.Currency == right.Currency ? right : throw new InvalidOperationException("Amounts in two currencies can't be added.");
}
