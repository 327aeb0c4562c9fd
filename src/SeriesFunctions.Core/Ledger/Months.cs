using System.Globalization;

namespace SeriesFunctions.Core.Ledger;

/// <summary>Calendar months in UTC, written <c>2026-11</c>.</summary>
public static class Months
{
    public static DateTimeOffset Start(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Name(DateTimeOffset start) => start.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The month's first instant; null for what is no month of this millennium.</summary>
    public static DateTimeOffset? Parse(string text) =>
        text.Length == 7 && text[0] == '2' && DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? new DateTimeOffset(at, TimeSpan.Zero)
            : null;
}
