using System.Collections.Frozen;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// Letters of one script that pass for those of another, after folding. Both a word and what is compared with it are brought to the same skeleton, so that it doesn't matter
/// which of the two was disguised. Source: the pairs of Unicode's UTS #39 that fool a reader at the size of a phone's text; ours is the choice.
/// </summary>
internal static class Lookalikes
{
    private static readonly FrozenDictionary<char, char> ToLatin = Pairs(
        // Cyrillic
        "аa вb гr еe ёe иu іi їi јj кk мm нh оo пn рp сc тt уy хx шw ѕs ԁd һh ӏl ԛq ԝw ѵv үy өo әe ҝk ңh ҳx"
        // Greek
        + " αa βb γy εe ηn ιi κk μu νv οo πn ρp σo τt υu χx ωw ϲc ϳj"
        // Armenian
        + " օo սu ոn հh յj ցg զq"
        // Lisu capitals
        + " ꓮa ꓐb ꓚc ꓓd ꓰe ꓝf ꓖg ꓧh ꓲi ꓙj ꓗk ꓡl ꓟm ꓠn ꓳo ꓑp ꓣr ꓢs ꓔt ꓴu ꓦv ꓪw ꓫx ꓬy ꓜz");

    /// <summary>What signs and digits stand for between letters, e.g. <c>fr33</c>, <c>$ale</c>. Some stand for two letters.</summary>
    private static readonly FrozenDictionary<char, string> Signs = new Dictionary<char, string>
    {
        ['0'] = "o",
        ['1'] = "il",
        ['2'] = "z",
        ['3'] = "e",
        ['4'] = "a",
        ['5'] = "s",
        ['6'] = "bg",
        ['7'] = "t",
        ['8'] = "b",
        ['9'] = "g",
        ['@'] = "a",
        ['$'] = "s",
        ['!'] = "il",
        ['|'] = "il",
        ['+'] = "t",
        ['€'] = "e",
        ['£'] = "l",
        ['¢'] = "c",
        ['¥'] = "y",
        ['('] = "c",
    }.ToFrozenDictionary();

    public static string Skeleton(string folded) =>
        string.Create(folded.Length, folded, static (skeleton, from) =>
        {
            for (var i = 0; i < skeleton.Length; i++)
                skeleton[i] = ToLatin.GetValueOrDefault(from[i], from[i]);
        });

    public static bool IsSign(char c) => Signs.ContainsKey(c) && !char.IsAsciiDigit(c);

    /// <summary>True when <paramref name="sign"/> may stand for <paramref name="letter"/>.</summary>
    public static bool StandsFor(char sign, char letter) => Signs.TryGetValue(sign, out var letters) && letters.Contains(letter, StringComparison.Ordinal);

    /// <summary>A sign that blots a letter out, as in <c>f*ck</c>.</summary>
    public static bool IsBlot(char c) => c is '*' or '#' or '▒' or '█' or '•';

    private static FrozenDictionary<char, char> Pairs(string pairs) =>
        pairs.Split(' ').ToFrozenDictionary(pair => pair[0], pair => pair[1]);
}
