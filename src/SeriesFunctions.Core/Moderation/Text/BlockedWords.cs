using System.Collections.Frozen;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// What was found in a text, from <paramref name="Start"/> to <paramref name="End"/> (exclusive, UTF-16 code units). <paramref name="Certain"/>: nobody needs to look; otherwise a
/// person decides.
/// </summary>
public sealed record TextFinding(string Code, int Start, int End, bool Certain);

/// <summary>
/// Finds blocked words as a reader would: whatever the case, width, font, diacritics, look-alike letters, signs for letters, stretched letters, and dots or spaces put between
/// them. A word is found as a whole word, so that one inside another (<c>Scunthorpe</c>) is not; where a script has no spaces, anywhere.
/// </summary>
/// <remarks>
/// A word belongs to a language, or to all. In a text that is evidently in another language of the same script the word may be a harmless one (<c>dick</c> is German for thick):
/// then a person looks. A person looks too where letters are blotted out, since <c>s*am</c> may be anything.
/// </remarks>
public sealed class BlockedWords
{
    public const string Code = "blocked-word";

    private readonly FrozenDictionary<char, Word[]> _byFirst;
    private readonly Word[] _unspaced;
    private readonly Word[] _all;

    /// <param name="list"><c>word</c> or <c>language:word</c> (ISO 639-1), joined by commas; a word may be several, parted by spaces.</param>
    public BlockedWords(string list)
    {
        _all = [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Word.Of).OfType<Word>()];
        _unspaced = [.. _all.Where(word => word.Script.HasFlag(Script.Unspaced))];
        _byFirst = _all.Except(_unspaced).GroupBy(word => word.Parts[0].Skeleton[0]).ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    public bool IsEmpty => _all.Length == 0;

    public IReadOnlyList<TextFinding> Find(string text)
    {
        if (IsEmpty)
            return [];
        var tokens = Token.In(text);
        if (tokens.Count == 0)
            return [];
        var reading = new Reading(tokens, MainScript(tokens), Languages.Of(tokens));
        var found = new List<TextFinding>();
        for (var i = 0; i < tokens.Count; i++)
        {
            foreach (var word in Candidates(tokens[i]))
            {
                var match = word.Parts.Length == 1 ? FindOne(reading, i, word) : FindPhrase(reading, i, word);
                if (match is { } hit)
                    found.Add(new(Code, tokens[i].Start, tokens[hit.Last].End, hit.Fit == Fit.Sure && reading.SpeaksOf(word)));
            }
        }
        if (_unspaced.Length > 0)
            found.AddRange(FindUnspaced(reading));
        return found;
    }

    private IEnumerable<Word> Candidates(Token token)
    {
        var first = token.Skeleton[0];
        // A sign or a digit in front may be one letter or another.
        if (!char.IsLetter(first))
            return _byFirst.Where(words => Lookalikes.StandsFor(first, words.Key)).SelectMany(words => words.Value).Concat(_byFirst.GetValueOrDefault(first) ?? []);
        return _byFirst.GetValueOrDefault(first) ?? [];
    }

    /// <summary>The word as one token, as tokens that only signs part (<c>s.p.a.m</c>), or as single letters with spaces between (<c>s p a m</c>).</summary>
    private static (int Last, Fit Fit)? FindOne(Reading reading, int at, Word word)
    {
        var part = word.Parts[0];
        var tokens = reading.Tokens;
        if (part.Fits(tokens[at], reading) is not Fit.None and var whole)
            return (at, whole);
        var joined = tokens[at].Folded;
        var singles = joined.Length == 1;
        if (at > 0 && singles && tokens[at - 1].Folded.Length == 1)
            return null;
        for (var last = at + 1; last < tokens.Count && joined.Length <= part.Folded.Length * 2; last++)
        {
            var token = tokens[last];
            singles &= token.Folded.Length == 1;
            if (token.Before != Gap.Sign && !singles)
                return null;
            joined += token.Folded;
            var isEnd = last + 1 == tokens.Count || !(singles && tokens[last + 1].Folded.Length == 1) && tokens[last + 1].Before != Gap.Sign;
            var enough = !singles || last - at >= 2;
            if (isEnd && enough && part.Fits(new(tokens[at].Start, token.End, joined, Lookalikes.Skeleton(joined), Scripts.In(joined), Gap.Space), reading) is not Fit.None and var fit)
                return (last, fit);
        }
        return null;
    }

    private static (int Last, Fit Fit)? FindPhrase(Reading reading, int at, Word word)
    {
        if (at + word.Parts.Length > reading.Tokens.Count)
            return null;
        var worst = Fit.Sure;
        for (var i = 0; i < word.Parts.Length; i++)
        {
            var fit = word.Parts[i].Fits(reading.Tokens[at + i], reading);
            if (fit == Fit.None || i > 0 && reading.Tokens[at + i].Before == Gap.Stop)
                return null;
            worst = fit < worst ? fit : worst;
        }
        return (at + word.Parts.Length - 1, worst);
    }

    /// <summary>Words of a script without spaces: anywhere inside a token; across what parts tokens only with a person.</summary>
    private IEnumerable<TextFinding> FindUnspaced(Reading reading)
    {
        var joined = string.Concat(reading.Tokens.Select(token => token.Folded));
        foreach (var word in _unspaced)
        {
            var wanted = string.Concat(word.Parts.Select(part => part.Folded));
            for (var at = joined.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = joined.IndexOf(wanted, at + wanted.Length, StringComparison.Ordinal))
            {
                var first = reading.TokenAt(at);
                var last = reading.TokenAt(at + wanted.Length - 1);
                yield return new(Code, first.Start, last.End, ReferenceEquals(first, last));
            }
        }
    }

    private static Script MainScript(IReadOnlyList<Token> tokens) =>
        tokens.Where(token => token.Script != Script.None && !Scripts.IsMixed(token.Script))
            .GroupBy(token => token.Script)
            .OrderByDescending(group => group.Sum(token => token.Folded.Length))
            .FirstOrDefault()?.Key ?? Script.None;

    /// <summary>A text taken apart, with what is known of it as a whole.</summary>
    private sealed record Reading(IReadOnlyList<Token> Tokens, Script Main, string? Language)
    {
        public bool SpeaksOf(Word word) => word.Language is null || Language is null || word.Language == Language;

        public Token TokenAt(int position)
        {
            foreach (var token in Tokens)
            {
                if (position < token.Folded.Length)
                    return token;
                position -= token.Folded.Length;
            }
            throw new ArgumentOutOfRangeException(nameof(position));
        }
    }

    private enum Fit
    {
        None,
        Perhaps,
        Sure,
    }

    private sealed record Word(string? Language, Part[] Parts, Script Script)
    {
        public static Word? Of(string entry)
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var parts = Token.In(entry[(colon + 1)..]).Select(token => new Part(token.Folded, token.Skeleton, token.Script)).ToArray();
            return parts.Length == 0 ? null : new(colon < 0 ? null : entry[..colon].Trim().ToLowerInvariant(), parts, parts.Aggregate(Script.None, (all, part) => all | part.Script));
        }
    }

    private sealed record Part(string Folded, string Skeleton, Script Script)
    {
        /// <summary>A word needs so many letters before signs and blots are read into it: <c>4 5</c> is not a word.</summary>
        private const int FewestLetters = 2;

        public Fit Fits(Token token, Reading reading)
        {
            if (token.Folded == Folded)
                return Fit.Sure;
            // Letters of another script pass for the word's only where they are out of place: mixed into a word, or alone among words of the other script.
            var disguised = Scripts.IsMixed(token.Script) || token.Script != reading.Main;
            var fit = Compare(token.Folded, Folded);
            return fit == Fit.None && disguised ? Compare(token.Skeleton, Skeleton) : fit;
        }

        /// <summary>Letter by letter: a sign may stand for one, a blot for any, and where somebody leans on a key (<c>spaaaam</c>) repeats count once.</summary>
        private static Fit Compare(string written, string word)
        {
            var stretched = IsStretched(written);
            if (written.Length < word.Length || !stretched && written.Length != word.Length)
                return Fit.None;
            int j = 0, letters = 0, blots = 0;
            for (var i = 0; i < written.Length; i++)
            {
                var c = written[i];
                if (j < word.Length && (c == word[j] || Lookalikes.StandsFor(c, word[j])))
                {
                    letters += c == word[j] ? 1 : 0;
                    j++;
                }
                else if (j < word.Length && Lookalikes.IsBlot(c))
                {
                    blots++;
                    j++;
                }
                else if (!(stretched && j > 0 && c == word[j - 1]))
                {
                    return Fit.None;
                }
            }
            if (j < word.Length || letters < Math.Min(FewestLetters, word.Length))
                return Fit.None;
            return blots > 0 || letters * 2 < word.Length ? Fit.Perhaps : Fit.Sure;
        }

        private static bool IsStretched(string written)
        {
            for (var i = 2; i < written.Length; i++)
            {
                if (written[i] == written[i - 1] && written[i] == written[i - 2])
                    return true;
            }
            return false;
        }
    }
}
