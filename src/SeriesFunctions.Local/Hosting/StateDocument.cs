using System.Text;
using SeriesFunctions.Core.Catalog;

namespace SeriesFunctions.Local.Hosting;

/// <summary>docs/series.md, drawn from the table in <see cref="SeriesLife"/>. Checked in; a test holds that it is what this makes.</summary>
public static class StateDocument
{
    public static async Task<int> WriteAsync(string file)
    {
        await File.WriteAllTextAsync(file, Create());
        return 0;
    }

    public static string Create()
    {
        var phases = Enum.GetValues<SeriesPhase>();
        var commands = Enum.GetValues<SeriesCommand>();
        var text = new StringBuilder("""
            # The life of a series

            Made from the table in `src/SeriesFunctions.Core/Catalog/SeriesLife.cs` by `dotnet run --project src/SeriesFunctions.Local -- states docs/series.md`; a test fails when it is stale.

            A phase is what shoppers see (`draft`, `inReview`, `changesRequested`, `published`, `unlisted`, `removed`) together with where the working copy is. Once something was
            approved, edits collect in one pending revision: shoppers and buyers see the approved one until moderators approve the next, and a revision that is sent back leaves the
            approved one on sale. Only what a revision changes is reviewed.

            ```mermaid
            stateDiagram-v2
              [*] --> Draft

            """.ReplaceLineEndings("\n"));
        foreach (var from in phases)
        {
            var moves = commands.Select(command => (Command: command, To: SeriesLife.Next(from, command))).Where(move => move.To.Problem is null)
                .Select(move => (move.Command, To: move.To.IsOk(out var to, out _) ? to : from)).Where(move => move.To != from);
            foreach (var to in moves.GroupBy(move => move.To))
                text.Append("  ").Append(from).Append(" --> ").Append(to.Key == SeriesPhase.Deleted ? "[*]" : to.Key.ToString()).Append(" : ").AppendJoin(", ", to.Select(move => Name(move.Command))).Append('\n');
        }
        text.Append("""
            ```

            Where a command leads from each phase; `=` stays, `code` is the refusal. The owner gives them, but `approve`, `requestChanges` and `remove`, which are decisions about a case,
            `flag`, which is `requestChanges` about what is on sale, `reinstate`, which an appeal brings, and `coverArrived`, which validation gives. A removal that is reversed leads back to
            where the series was; docs/moderation.md says how. `edit` stands for texts, category and preview, and for putting in, ordering, retitling and taking out videos. `delete` is refused
            as `has-buyers` in any phase where somebody bought the series. Nobody else may do any of it: of a series on sale that is a 403, of any other a 404.


            """.ReplaceLineEndings("\n"));
        text.Append("| from |").AppendJoin("|", commands.Select(command => $" {Name(command)} ")).Append("|\n|---|").Append(string.Concat(commands.Select(_ => "---|"))).Append('\n');
        foreach (var from in phases.Where(phase => phase != SeriesPhase.Deleted))
        {
            text.Append("| **").Append(from).Append("** |");
            foreach (var command in commands)
                text.Append(' ').Append(SeriesLife.Next(from, command).IsOk(out var to, out var refused) ? to == from ? "=" : to.ToString() : $"`{refused.Code}`").Append(" |");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Name(SeriesCommand command)
    {
        var name = command.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
