using System.Globalization;
using System.Text;
using System.Text.Json;
using SeriesFunctions.Core.Checkout;

namespace SeriesFunctions.Local.Hosting;

/// <summary>The part of docs/checkout.md that is drawn from <see cref="CheckoutMachine.Table"/>. Checked in; a test holds that it is what this makes.</summary>
public static class CheckoutDocument
{
    private const string Begin = "<!-- states: drawn from CheckoutMachine.Table -->\n";
    private const string End = "<!-- end of states -->";

    public static async Task<int> WriteAsync(string file)
    {
        await File.WriteAllTextAsync(file, Redraw(await File.ReadAllTextAsync(file)));
        return 0;
    }

    /// <summary>The document with what stands between its two marks drawn anew. Throws <see cref="ArgumentException"/> where it has no such marks.</summary>
    public static string Redraw(string document) => Redraw(document, Begin, Draw());

    internal static string Redraw(string document, string begin, string drawn)
    {
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = document.IndexOf(End, StringComparison.Ordinal);
        return from >= 0 && to > from
            ? string.Concat(document.AsSpan(0, from + begin.Length), drawn, document.AsSpan(to))
            : throw new ArgumentException($"The document has no {begin.Trim()} and {End}.");
    }

    private static string Draw()
    {
        var text = new StringBuilder();
        text.Append("```mermaid\nstateDiagram-v2\n");
        foreach (var row in CheckoutMachine.Table)
            text.Append(CultureInfo.InvariantCulture, $"    {(row.From is { } from ? Name(from) : "[*]")} --> {Name(row.To)}: {Name(row.Cause)}\n");
        text.Append("```\n\n| from | cause | to | what it means |\n|---|---|---|---|\n");
        foreach (var row in CheckoutMachine.Table)
            text.Append(CultureInfo.InvariantCulture, $"| {(row.From is { } from ? $"`{Name(from)}`" : "")} | {Name(row.Cause)} | `{Name(row.To)}` | {row.Effect} |\n");
        return text.ToString();
    }

    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
