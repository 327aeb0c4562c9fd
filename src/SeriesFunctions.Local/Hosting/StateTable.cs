using System.Globalization;
using System.Text;
using System.Text.Json;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Local.Hosting;

/// <summary>
/// The part of a document that is drawn from a table of states in the code: a diagram, and a line for each way. It stands between two marks, is checked in, and a test holds that it is what
/// this makes. The life of a series, with its many commands, is a grid of its own: <see cref="StateDocument"/>.
/// </summary>
public sealed class StateTable
{
    private const string End = "<!-- end of states -->";

    private readonly string _begin;
    private readonly Func<string> _draw;

    /// <summary>docs/checkout.md, from <see cref="CheckoutMachine.Table"/>.</summary>
    public static readonly StateTable Checkout = new("CheckoutMachine", () => Draw(CheckoutMachine.Table.Select(row => new Row(row.From is { } from ? Name(from) : null, Name(row.Cause), Name(row.To), row.Effect))));

    /// <summary>docs/subscriptions.md, from <see cref="SubscriptionMachine.Table"/>, with how long access lasts in each state.</summary>
    public static readonly StateTable Subscription = new("SubscriptionMachine", () =>
        Draw(SubscriptionMachine.Table.Select(row => new Row(row.From is { } from ? Name(from) : null, Name(row.Cause), Name(row.To), row.Effect)))
        + "\n| state | access until |\n|---|---|\n"
        + string.Concat(Enum.GetValues<SubscriptionState>().Select(state => $"| `{Name(state)}` | {AccessInWords(state)} |\n")));

    /// <summary>docs/creators.md, from <see cref="ProgrammeLife.Table"/>, with what becomes of every command in every state.</summary>
    public static readonly StateTable Programme = new("ProgrammeLife", () =>
        Draw(ProgrammeLife.Table.Select(row => new Row(Name(row.From), Name(row.Cause), Name(row.To), row.Effect)), begin: Name(ProgrammeStatus.None))
        + "\n| | " + string.Join(" | ", Enum.GetValues<ProgrammeCause>().Select(Name)) + " |\n|---|" + string.Concat(Enum.GetValues<ProgrammeCause>().Select(_ => "---|")) + "\n"
        + string.Concat(Enum.GetValues<ProgrammeStatus>().Select(status =>
            $"| `{Name(status)}` | " + string.Join(" | ", Enum.GetValues<ProgrammeCause>().Select(cause =>
                ProgrammeLife.Next(status, cause).IsOk(out var next, out var refused) ? next == status ? "=" : $"`{Name(next)}`" : $"refused: `{refused.Code}`")) + " |\n")));

    private StateTable(string machine, Func<string> draw) => (_begin, _draw) = ($"<!-- states: drawn from {machine}.Table -->\n", draw);

    private sealed record Row(string? From, string Cause, string To, string Effect);

    public async Task<int> WriteAsync(string file)
    {
        await File.WriteAllTextAsync(file, Redraw(await File.ReadAllTextAsync(file)));
        return 0;
    }

    /// <summary>The document with what stands between its two marks drawn anew. Throws <see cref="ArgumentException"/> where it has no such marks.</summary>
    public string Redraw(string document)
    {
        var from = document.IndexOf(_begin, StringComparison.Ordinal);
        var to = document.IndexOf(End, StringComparison.Ordinal);
        return from >= 0 && to > from
            ? string.Concat(document.AsSpan(0, from + _begin.Length), _draw(), document.AsSpan(to))
            : throw new ArgumentException($"The document has no {_begin.Trim()} and {End}.");
    }

    private static string Draw(IEnumerable<Row> table, string? begin = null)
    {
        var rows = table.ToList();
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        if (begin is not null)
            text.Append(CultureInfo.InvariantCulture, $"    [*] --> {begin}\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"    {row.From ?? "[*]"} --> {row.To}: {row.Cause}\n");
        text.Append("```\n\n| from | cause | to | what it means |\n|---|---|---|---|\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {(row.From is { } from ? $"`{from}`" : "")} | {row.Cause} | `{row.To}` | {row.Effect} |\n");
        return text.ToString();
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

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
