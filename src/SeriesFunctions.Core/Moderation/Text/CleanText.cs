using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation.Text;

/// <summary>
/// The text checks of a review, for texts that no case is opened for: what is certain is refused at once, by field. What is only doubtful passes here; viewers can report it.
/// </summary>
public sealed class CleanText(TextGate gate)
{
    public FieldChecks Check(FieldChecks checks, string text, string field)
    {
        var refused = gate.Look(text).Refused;
        return checks.Must(refused is null, field, refused ?? "", "This text holds words, links, addresses or numbers that are not allowed here.");
    }
}
