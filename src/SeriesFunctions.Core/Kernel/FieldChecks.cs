using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SeriesFunctions.Core.Kernel;

/// <summary>Collects every field that a rule refuses, so that a client hears of all of them at once.</summary>
public sealed class FieldChecks
{
    private readonly List<FieldError> _errors = [];

    public bool AllGood => _errors.Count == 0;

    public IReadOnlyList<FieldError> Errors => _errors;

    public Problem Problem => Problem.Invalid(_errors);

    public FieldChecks Must(bool holds, string field, string code, string detail)
    {
        if (!holds)
            _errors.Add(new(field, code, detail));
        return this;
    }

    /// <summary>Text of 1 to <paramref name="max"/> characters as people count them (grapheme clusters), not blank, without control characters.</summary>
    public FieldChecks Line(string? text, string field, int max)
    {
        if (IsBlank(text))
            return Must(false, field, "blank", "This can't be empty.");
        return Text(text, field, max).Must(!text.AsSpan().ContainsAny('\n', '\r'), field, "line-break", "This is one line of text.");
    }

    /// <summary>Text of at most <paramref name="max"/> characters as people count them, line breaks allowed.</summary>
    public FieldChecks Text(string text, string field, int max)
    {
        // A single character may carry any number of combining marks; nobody's title needs more than eight code units each.
        if (text.Length > max * 8 || Characters(text) > max)
            return Must(false, field, "too-long", string.Create(CultureInfo.InvariantCulture, $"At most {max} characters."));
        foreach (var c in text)
        {
            if (char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
                return Must(false, field, "control-character", "Control characters are not allowed.");
        }
        return Must(IsWellFormed(text), field, "not-unicode", "This is not well-formed Unicode.");
    }

    /// <summary>Nothing that anybody sees: white space, controls, and characters of no width or of no ink.</summary>
    public static bool IsBlank([NotNullWhen(false)] string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format) && !Inkless.Contains(rune.Value))
                return false;
        }
        return true;
    }

    /// <summary>
    /// What is neither white space nor a format character and still not seen: the grapheme joiner, the Hangul fillers, blank Braille, variation selectors. Source: Unicode, Default_Ignorable_Code_Point, and U+2800.
    /// </summary>
    private static readonly FrozenSet<int> Inkless = FrozenSet.ToFrozenSet(
        [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, .. Enumerable.Range(0x180B, 3), .. Enumerable.Range(0xFE00, 16), .. Enumerable.Range(0xE0100, 240)]);

    private static int Characters(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at += StringInfo.GetNextTextElementLength(text, at))
            count++;
        return count;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
