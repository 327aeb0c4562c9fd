using System.Collections.Frozen;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// Which language a text is evidently in, by the small words that no sentence of a language goes without. Knows the languages of Latin script that share words with each other
/// most; says null rather than guess.
/// </summary>
internal static class Languages
{
    private const int FewestHits = 3;

    private static readonly FrozenDictionary<string, FrozenSet<string>> SmallWords = new Dictionary<string, string>
    {
        ["en"] = "the and of to in is that you for it with this are your from how will what we have not be can they our an as at by or but all my",
        ["de"] = "der die das und ist nicht ein eine zu mit den von auf fur im sie ich es dem wie wird sich auch dass du wir aus bei einen nach kein noch oder",
        ["fr"] = "le la les et des est une dans que pour pas vous qui sur avec du au ce nous il elle mais ou votre plus comme sont aux cette par tout",
        ["es"] = "el la los las y de que es una en para con por no se lo como mas pero del al su sus tu este esta son muy todo desde cuando hay",
        ["pt"] = "o os as e de que uma em para com nao por se da do dos das mais como mas ao seu sua voce este esta muito tudo quando ou foi pelo",
        ["it"] = "il lo gli e di che una per con non del della nel sono come piu ma anche questo questa alla dal dei delle suo tutto quando ci tu un",
        ["nl"] = "de het een en van is dat niet op voor met zijn er aan ook als maar bij door naar je wij hoe deze dit uit nog wat worden kan",
        ["tr"] = "ve bir bu icin ile da de ne cok daha gibi olan var kadar sonra degil ama her sen biz mi en olarak nasil",
        ["pl"] = "i w na z sie nie jest do to ze jak dla o co po za od przez ale czy twoj jego oraz bardzo wszystko kiedy ten ta",
        ["id"] = "dan yang di untuk dengan ini itu dari pada tidak adalah akan kamu kami anda cara bisa dalam juga saya atau ke lebih",
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Split(' ').ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Its ISO 639-1 code, when at least three small words speak for it and half as many again as for any other.</summary>
    public static string? Of(IReadOnlyList<Token> tokens)
    {
        var counted = SmallWords.Select(language => (language.Key, Hits: tokens.Count(token => language.Value.Contains(token.Folded)))).OrderByDescending(language => language.Hits).Take(2).ToArray();
        return counted[0].Hits >= FewestHits && counted[0].Hits * 2 >= counted[1].Hits * 3 ? counted[0].Key : null;
    }
}
