namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>Writing systems as far as the checks tell them apart. A digit or a sign has none.</summary>
[Flags]
internal enum Script
{
    None = 0,
    Latin = 1,
    Greek = 2,
    Cyrillic = 4,
    Armenian = 8,

    /// <summary>Written without spaces between words: Han, Kana, Thai, Lao, Khmer, Burmese.</summary>
    Unspaced = 16,
    Other = 32,
}

internal static class Scripts
{
    public static Script Of(char c) => c switch
    {
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '\u00C0' and <= '\u024F' or >= '\u0250' and <= '\u02AF' or >= '\u1D00' and <= '\u1DBF' or >= '\u1E00' and <= '\u1EFF' or >= '\uA720' and <= '\uA7FF' => Script.Latin,
        >= '\u0370' and <= '\u03FF' or >= '\u1F00' and <= '\u1FFF' => Script.Greek,
        >= '\u0400' and <= '\u052F' or >= '\u1C80' and <= '\u1C8F' => Script.Cyrillic,
        >= '\u0530' and <= '\u058F' => Script.Armenian,
        >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF' or >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' => Script.Unspaced,
        // The higher half of Han stands in surrogates from D840 on.
        >= '\uD840' and <= '\uD8BF' => Script.Unspaced,
        < '\u0080' => Script.None,
        _ when char.IsLetter(c) => Script.Other,
        _ => Script.None,
    };

    /// <summary>All scripts of a text.</summary>
    public static Script In(ReadOnlySpan<char> text)
    {
        var found = Script.None;
        foreach (var c in text)
            found |= Of(c);
        return found;
    }

    public static bool IsMixed(Script scripts) => ((int)scripts & ((int)scripts - 1)) != 0;
}
