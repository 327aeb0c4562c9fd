using System.Globalization;
using System.Text;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// Letters as a reader takes them: lower case, without diacritics, without width or font. <c>Ｆｒéｅ</c>, <c>𝓕𝓻𝓮𝓮</c> and <c>free</c> fold to one text. Only Latin, Greek and Cyrillic
/// letters lose their marks; in other scripts a mark is a letter of its own (か and が are two), and stays. Digits of every script fold to 0 to 9.
/// </summary>
/// <remarks>
/// The table beside this file comes from the Unicode Character Database 14.0 (compatibility decompositions and decimal digits), with the letters that have no decomposition
/// (ø, ß, ᴀ, 🅰 …) added by hand. It is here because the framework doesn't normalise without ICU, which a fresh machine may lack.
/// A line is <c>from target</c>, <c>from+n target</c> for n code points whose targets follow one another, or <c>from=n target</c> for n code points with one target; hexadecimal.
/// </remarks>
internal static class Folding
{
    private static readonly Lazy<Dictionary<int, string>> Table = new(Load);

    /// <summary>The rune folded, or "" when a reader doesn't see it or it only marks the letter before.</summary>
    /// <param name="rune">What is folded.</param>
    /// <param name="before">The last letter before it, folded; 0 where there is none.</param>
    public static string Fold(Rune rune, char before)
    {
        if (rune.IsAscii)
            return Ascii[Rune.ToLowerInvariant(rune).Value];
        if (IsInvisible(rune))
            return "";
        var category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark && Scripts.Of(before) is Script.Latin or Script.Greek or Script.Cyrillic or Script.None)
            return "";
        var lower = Rune.ToLowerInvariant(rune);
        return Table.Value.TryGetValue(lower.Value, out var folded) ? folded : lower.ToString();
    }

    /// <summary>A whole text folded, with its punctuation: what patterns for addresses and numbers are looked for in.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        var before = '\0';
        foreach (var rune in text.EnumerateRunes())
        {
            var folded = Punctuation(rune) ?? Fold(rune, before);
            line.Append(folded);
            if (folded.Length > 0)
                before = folded[^1];
        }
        return line.ToString();
    }

    /// <summary>Zero-width and other characters that nobody sees. Between two letters they part nothing.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0
        || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180F;

    /// <summary>Wide forms and the dots and ats of other keyboards as ASCII; null for everything else.</summary>
    private static string? Punctuation(Rune rune) => rune.Value switch
    {
        >= 0xFF01 and <= 0xFF0F or >= 0xFF1A and <= 0xFF20 or >= 0xFF3B and <= 0xFF40 or >= 0xFF5B and <= 0xFF5E => Ascii[rune.Value - 0xFEE0],
        0x3002 or 0xFF61 or 0x2024 or 0xFE52 or 0xB7 or 0x2022 or 0x30FB => ".",
        0xFE6B => "@",
        0x2044 or 0x2215 or 0x29F8 => "/",
        0xA0 or 0x3000 or >= 0x2000 and <= 0x200A or 0x202F or 0x205F => " ",
        >= 0x2010 and <= 0x2015 or 0x2212 => "-",
        _ => null,
    };

    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    private static Dictionary<int, string> Load()
    {
        using var stream = typeof(Folding).Assembly.GetManifestResourceStream("SeriesFunctions.Core.Moderation.Text.folding.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>(4_096);
        while (reader.ReadLine() is { } line)
        {
            var parted = line.Split(' ');
            var range = parted[0].Split('+', '=');
            var from = int.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var count = range.Length == 1 ? 1 : int.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var rises = parted[0].Contains('+', StringComparison.Ordinal);
            for (var i = 0; i < count; i++)
                table[from + i] = rises ? ((char)(parted[1][0] + i)).ToString() : parted[1];
        }
        return table;
    }
}
