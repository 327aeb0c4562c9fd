using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// The text checks of a review, for texts that no case is opened for: what is certain is refused at once, by field. What is only doubtful passes here; viewers can report it.
/// </summary>
public sealed class CleanText(BlockedWords words)
{
    public FieldChecks Check(FieldChecks checks, string text, string field)
    {
        var found = words.Find(text).Concat(ContactDetails.Find(text)).FirstOrDefault(finding => finding.Certain);
        return checks.Must(found is null, field, found?.Code ?? "", "This text holds words, links, addresses or numbers that are not allowed here.");
    }
}
