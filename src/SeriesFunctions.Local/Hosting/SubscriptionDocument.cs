using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Subscriptions;
using static SeriesFunctions.Local.Hosting.CheckoutDocument;

namespace SeriesFunctions.Local.Hosting;

/// <summary>The part of docs/subscriptions.md that is drawn from <see cref="SubscriptionMachine.Table"/>. Checked in; a test holds that it is what this makes.</summary>
public static class SubscriptionDocument
{
    private const string Begin = "<!-- states: drawn from SubscriptionMachine.Table -->\n";

    public static async Task<int> WriteAsync(string file)
    {
        await File.WriteAllTextAsync(file, Redraw(await File.ReadAllTextAsync(file)));
        return 0;
    }

    /// <summary>The document with what stands between its two marks drawn anew. Throws <see cref="ArgumentException"/> where it has no such marks.</summary>
    public static string Redraw(string document) => CheckoutDocument.Redraw(document, Begin, Draw());

    private static string Draw()
    {
        var text = new StringBuilder();
        text.Append("```mermaid\nstateDiagram-v2\n");
        foreach (var row in SubscriptionMachine.Table)
            text.Append(CultureInfo.InvariantCulture, $"    {(row.From is { } from ? Name(from) : "[*]")} --> {Name(row.To)}: {Name(row.Cause)}\n");
        text.Append("```\n\n| from | cause | to | what it means |\n|---|---|---|---|\n");
        foreach (var row in SubscriptionMachine.Table)
            text.Append(CultureInfo.InvariantCulture, $"| {(row.From is { } from ? $"`{Name(from)}`" : "")} | {Name(row.Cause)} | `{Name(row.To)}` | {row.Effect} |\n");
        text.Append("\n| state | access until |\n|---|---|\n");
        foreach (var state in Enum.GetValues<SubscriptionState>())
            text.Append(CultureInfo.InvariantCulture, $"| `{Name(state)}` | {AccessInWords(state)} |\n");
        return text.ToString();
    }

    /// <summary>Asked, not repeated: what <see cref="SubscriptionMachine.AccessUntil"/> makes of a day.</summary>
    private static string AccessInWords(SubscriptionState state)
    {
        var paidUntil = DateTimeOffset.UnixEpoch;
        return SubscriptionMachine.AccessUntil(state, paidUntil, TimeSpan.FromDays(1)) switch
        {
            null => state == SubscriptionState.Ended ? "over: at the end that it had, or when it ended if that is earlier" : "none",
            var until when until == paidUntil => "the end of what is paid",
            _ => "the end of what is paid, and the grace",
        };
    }
}
