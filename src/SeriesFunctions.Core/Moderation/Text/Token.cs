using System.Text;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>What stands between a word and the one before it.</summary>
internal enum Gap
{
    /// <summary>White space, or the start.</summary>
    Space,

    /// <summary>Signs and no white space, as in <c>s.p.a.m</c>.</summary>
    Sign,

    /// <summary>The end of a sentence, and white space.</summary>
    Stop,
}

/// <summary>
/// A word as it was written between <paramref name="Start"/> and <paramref name="End"/> (exclusive, UTF-16), as it reads (<paramref name="Folded"/>, with the signs inside it that may
/// stand for letters) and by its <paramref name="Skeleton"/>.
/// </summary>
internal sealed record Token(int Start, int End, string Folded, string Skeleton, Script Script, Gap Before)
{
    public static IReadOnlyList<Token> In(string text)
    {
        var tokens = new List<Token>();
        var word = new StringBuilder();
        var (start, end) = (0, 0);
        var (gap, spaced, stopped) = (Gap.Space, true, false);
        var i = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = i + rune.Utf16SequenceLength;
            var folded = Folding.Fold(rune, word.Length == 0 ? '\0' : word[^1]);
            if (IsPart(rune, folded, word, text, next))
            {
                if (word.Length == 0)
                    (start, gap) = (i, spaced && stopped ? Gap.Stop : spaced || tokens.Count == 0 ? Gap.Space : Gap.Sign);
                word.Append(folded);
                end = next;
            }
            else if (!Folding.IsInvisible(rune))
            {
                Close();
                spaced |= Rune.IsWhiteSpace(rune);
                stopped |= rune.Value is '.' or '?' or '!' or ';' or ':' or 0x3002 or 0xFF01 or 0xFF1F;
            }
            i = next;
        }
        Close();
        return tokens;

        void Close()
        {
            if (word.Length == 0)
                return;
            var folded = word.ToString();
            tokens.Add(new(start, end, folded, Lookalikes.Skeleton(folded), Scripts.In(folded), gap));
            word.Clear();
            (spaced, stopped) = (false, false);
        }
    }

    private static bool IsPart(Rune rune, string folded, StringBuilder word, string text, int next)
    {
        if (folded.Length == 0)
            return word.Length > 0 && !Folding.IsInvisible(rune);
        if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark)
            return true;
        // Letters in boxes and circles are symbols by their category, and letters to whoever reads them.
        if (!rune.IsAscii && folded is [>= 'a' and <= 'z'])
            return true;
        var before = word.Length > 0;
        var sign = folded[0];
        if (!Lookalikes.IsSign(sign) && !(Lookalikes.IsBlot(sign) && before))
            return false;
        // A sign is part of a word when letters follow: "$ale" and "f*ck", not "wow!" and "*note*".
        return next < text.Length && Rune.TryGetRuneAt(text, next, out var after) && (Rune.IsLetterOrDigit(after) || before && (Lookalikes.IsBlot((char)after.Value) || Lookalikes.IsSign((char)after.Value)));
    }
}
