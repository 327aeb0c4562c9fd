using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>What the checks say of a text: <paramref name="Refused"/> is the code of what is certain, <paramref name="Doubt"/> that of what a person has to look at. Neither: fine.</summary>
public sealed record TextVerdict(string? Refused, string? Doubt)
{
    public static readonly TextVerdict Fine = new(null, null);
}

/// <summary>The text checks of moderation (docs/moderation.md) for what is written and shown at once: the writer hears of what is certain, a person looks at the rest.</summary>
public sealed class TextGate(BlockedWords words)
{
    public TextVerdict Look(string text)
    {
        var found = words.Find(text).Concat(ContactDetails.Find(text)).ToList();
        return found.Count == 0 ? TextVerdict.Fine
            : found.Find(finding => finding.Certain) is { } certain ? new(certain.Code, null)
            : new(null, string.Join("; ", found.Select(finding => finding.Code).Distinct()));
    }

    public static Problem Refuse(string field, string code) => Problem.Invalid([new(field, code, "This can't be written here; see docs/moderation.md.")]);
}
