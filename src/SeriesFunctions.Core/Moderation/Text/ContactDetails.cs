using System.Text.RegularExpressions;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// Finds links, e-mail addresses, telephone numbers and messenger accounts in a text, also where dots and ats are spelled out or wide. What is plainly written is certain;
/// what only may be one (<c>name at example dot com</c>, a long number) is for a person.
/// </summary>
/// <remarks>Positions are those of the folded line, which is close to the text and at times shorter: good enough to say where to look.</remarks>
public static partial class ContactDetails
{
    public const string Link = "link";
    public const string Email = "email-address";
    public const string Phone = "phone-number";
    public const string Messenger = "messenger-account";

    /// <summary>A telephone number has so many digits. Source: ITU-T E.164 (15 at most); fewer than nine are as often a date or a price.</summary>
    private const int FewestDigits = 9;
    private const int MostDigits = 15;

    public static IReadOnlyList<TextFinding> Find(string text)
    {
        var line = Folding.Line(text);
        var found = new List<TextFinding>();
        Add(found, Email, certain: true, PlainEmail().Matches(line));
        Add(found, Email, certain: false, SpelledEmail().Matches(line));
        Add(found, Link, certain: true, PlainLink().Matches(line));
        Add(found, Link, certain: false, PerhapsLink().Matches(line));
        Add(found, Link, certain: false, SpelledLink().Matches(line));
        Add(found, Messenger, certain: false, MessengerAccount().Matches(line));
        foreach (Match match in Number().Matches(line))
        {
            var digits = match.Value.Count(char.IsAsciiDigit);
            if (digits is >= FewestDigits and <= MostDigits && !IsDates(match.Value))
                Add(found, Phone, certain: match.Value[0] == '+', [match]);
        }
        return found;
    }

    /// <summary>What a pattern found, unless a more certain one has found it already.</summary>
    private static void Add(List<TextFinding> found, string code, bool certain, IEnumerable<Match> matches)
    {
        foreach (var match in matches)
        {
            if (!found.Exists(other => match.Index < other.End && other.Start < match.Index + match.Length))
                found.Add(new(code, match.Index, match.Index + match.Length, certain));
        }
    }

    /// <summary>Years, dates and times one after another are many digits and no number.</summary>
    private static bool IsDates(string digits) => DatesOnly().IsMatch(digits);

    private const string Label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    [GeneratedRegex($@"[a-z0-9](?:[a-z0-9._%+-]{{0,63}})@(?:{Label}\.){{1,8}}[a-z]{{2,24}}", RegexOptions.CultureInvariant)]
    private static partial Regex PlainEmail();

    private const string At = @"(?:at|arroba|klammeraffe)";
    private const string Dot = @"(?:dot|punkt|punto|ponto)";
    private const string End = @"(?:com|net|org|de|fr|es|it|io|co|me|info)\b";

    // In brackets an "at" is one whatever follows; a bare one only with a dot that is spelled out too.
    [GeneratedRegex($@"[a-z0-9][a-z0-9._%+-]{{0,63}}\s?[\[({{<]\s?(?:{At}|@)\s?[\])}}>]\s?[a-z0-9-]{{2,63}}\s?[\[({{<]?\s?(?:{Dot}|\.)\s?[\])}}>]?\s?{End}|[a-z0-9][a-z0-9._%+-]{{0,63}}\s{At}\s[a-z0-9-]{{2,63}}\s?[\[({{<]?\s?{Dot}\s?[\])}}>]?\s?{End}", RegexOptions.CultureInvariant)]
    private static partial Regex SpelledEmail();

    [GeneratedRegex($@"\b(?:https?|hxxps?|ftp)\s?:\s?/\s?/\s?[^\s<>""]{{2,}}|\bwww\s?\.\s?(?:{Label})\s?\.[a-z]{{2,}}[^\s<>""]*|\b(?!(?:asp|vb|ado|ml)\.net\b)(?:{Label}\.){{1,8}}(?:com|net|org|info|biz|shop|store|app|xyz|online|site|link|club|live|icu|top|vip|chat|page|website|gg)\b(?:/[^\s<>""]*)?|\b(?:{Label}\.){{1,8}}[a-z]{{2,24}}/[^\s<>""]+", RegexOptions.CultureInvariant)]
    private static partial Regex PlainLink();

    [GeneratedRegex($@"\b(?:{Label}\.){{1,8}}(?:io|co|me|tv|ly|be|de|fr|es|it|uk|us|ru|cn|jp|kr|in|br|mx|nl|pl|tr|id|eu|ch|at|se|no|to|cc|ws|pw|dev|ai|so|am|fm|gl|tk|ml|ga)\b", RegexOptions.CultureInvariant)]
    private static partial Regex PerhapsLink();

    [GeneratedRegex(@"\b[a-z0-9-]{2,63}\s?[\[({<]\s?(?:dot|punkt|punto|ponto|point|\.)\s?[\])}>]\s?[a-z]{2,24}\b|\b[a-z0-9-]{2,63}\s(?:dot|punkt|punto|ponto)\s(?:com|net|org|shop|store|app|io|co|me|tv|de|fr|es|it|ru|info)\b|\b[a-z0-9-]{3,63}\s?\.\s(?:com|net|org|shop|app)\b|\b[a-z0-9-]{3,63}\s\.\s?(?:com|net|org|shop|app)\b", RegexOptions.CultureInvariant)]
    private static partial Regex SpelledLink();

    [GeneratedRegex(@"\b(?:whats\s?app|telegram|viber|wechat|weixin|discord|snapchat|snap|kik|signal|skype|messenger|insta(?:gram)?|onlyfans|patreon|paypal|cash\s?app|venmo)\b\s?(?:(?:id|acc(?:ount)?|user(?:name)?|me|at|is)\b\s?)?(?::|=|->|@|#)\s?@?[a-z0-9_.+-]{3,64}", RegexOptions.CultureInvariant)]
    private static partial Regex MessengerAccount();

    [GeneratedRegex(@"(?<![a-z0-9])\+?[(]?\d(?:[\s().\-/]{0,3}\d){7,20}(?![a-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    private const string Date = @"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d{2}(?:[./-]\d{1,2}){0,2})";

    [GeneratedRegex($@"^{Date}(?:[\s()/.\-]{{1,3}}{Date})*$", RegexOptions.CultureInvariant)]
    private static partial Regex DatesOnly();
}
