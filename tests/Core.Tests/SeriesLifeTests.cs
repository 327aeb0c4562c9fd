using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;

namespace Core.Tests;

/// <summary>The life of a series against a table written by hand: every phase and every command. Finds a transition that somebody added or lost.</summary>
public sealed class SeriesLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_command_in_every_phase_leads_where_the_table_says()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "series-life.txt")).Where(line => !line.StartsWith('#')).Select(Words).ToList();
        var commands = lines[0][1..].Select(name => Enum.Parse<SeriesCommand>(name, ignoreCase: true)).ToList();
        Assert.Equal(Enum.GetValues<SeriesCommand>().Order(), commands.Order());
        Assert.Equal(Enum.GetValues<SeriesPhase>().Order(), lines.Skip(1).Select(line => Enum.Parse<SeriesPhase>(line[0])).Order());
        var wrong = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            var phase = Enum.Parse<SeriesPhase>(line[0]);
            for (var i = 0; i < commands.Count; i++)
            {
                var expected = line[i + 1] == "=" ? line[0] : line[i + 1];
                var actual = SeriesLife.Next(phase, commands[i]).IsOk(out var next, out var refused) ? next.ToString() : refused.Code;
                if (actual != expected)
                    wrong.Add($"{commands[i]} in {phase}: expected {expected}, got {actual}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_taken_command_leaves_the_series_in_the_phase_that_it_leads_to()
    {
        foreach (var series in Everywhere())
        {
            var phase = SeriesLife.PhaseOf(series);
            foreach (var command in Enum.GetValues<SeriesCommand>().Where(command => command != SeriesCommand.Delete))
            {
                var taken = SeriesLife.Take(series, command);
                if (SeriesLife.Next(phase, command).IsOk(out var next, out var refused))
                    Assert.Equal(next, SeriesLife.PhaseOf(taken.IsOk(out var after, out _) ? after : series));
                else
                    Assert.Equal(refused, taken.Problem);
            }
        }
    }

    [Fact]
    public void A_revision_tells_what_it_changes_and_nothing_else()
    {
        var before = Content("Title", ("vid_a", "A"), ("vid_b", "B"), ("vid_c", "C"));
        Assert.True(RevisionChanges.Of(before, before).IsEmpty);
        var changes = RevisionChanges.Of(before, before with { Title = "Other", Videos = [new(new("vid_c"), "C", 1), new(new("vid_a"), "A2", 1), new(new("vid_d"), "D", 1)] });
        Assert.Equal(new ValueChange("Title", "Other"), changes.Title);
        Assert.Null(changes.Description);
        Assert.Equal(["vid_d"], changes.Added.Select(video => video.Id.Value));
        Assert.Equal(["vid_b"], changes.Removed.Select(video => video.Id.Value));
        Assert.Equal([new VideoRetitled(new("vid_a"), "A", "A2")], changes.Retitled);
        Assert.True(changes.Reordered);
        // Taking one out of the middle moves nobody past anybody.
        Assert.False(RevisionChanges.Of(before, Content("Title", ("vid_a", "A"), ("vid_c", "C"))).Reordered);
        Assert.Equal(3, RevisionChanges.Of(null, before).Added.Count);
    }

    [Fact]
    public void An_editor_hears_which_fields_changed_since_she_read()
    {
        var read = Everywhere().First(series => series.State == SeriesState.Draft);
        var titled = SeriesEdit.Note(read, (read with { Draft = read.Draft with { Title = "Other" } }).Changed(Now));
        var priced = SeriesEdit.Note(titled, (titled with { Price = Money.Usd(1_499) }).Changed(Now));
        Assert.Equal(["title", "price"], SeriesEdit.Since(priced, read.Version));
        Assert.Equal(["price"], SeriesEdit.Since(priced, titled.Version));
        Assert.Empty(SeriesEdit.Since(priced, priced.Version));
        Assert.Equal(SeriesEdit.AllFields, SeriesEdit.Since(priced, null));
        for (var i = 0; i < SeriesEdit.MostKept; i++)
            priced = SeriesEdit.Note(priced, (priced with { Draft = priced.Draft with { Title = $"Title {i}" } }).Changed(Now));
        Assert.Equal(SeriesEdit.MostKept, priced.Edits!.Count);
        Assert.Equal(SeriesEdit.AllFields, SeriesEdit.Since(priced, read.Version));
    }

    [Fact]
    public void What_is_edited_back_to_what_it_was_is_no_edit()
    {
        var series = Everywhere().First(s => SeriesLife.PhaseOf(s) == SeriesPhase.Published);
        var same = Authoring.Patch(series, new(series.Draft.Title, null, series.Price, null, null, false), Now, new(), new() { Categories = ["crafts"] });
        Assert.True(same.IsOk(out var unchanged, out _) && ReferenceEquals(unchanged, series));
    }

    private static IEnumerable<Series> Everywhere()
    {
        var content = Content("Title", ("vid_a", "A"));
        foreach (var state in Enum.GetValues<SeriesState>())
        {
            DraftState[] drafts = state switch
            {
                SeriesState.Draft => [DraftState.Editing],
                SeriesState.InReview => [DraftState.InReview],
                SeriesState.ChangesRequested => [DraftState.ChangesRequested],
                _ => Enum.GetValues<DraftState>(),
            };
            foreach (var draft in drafts)
            {
                var approved = state is SeriesState.Published or SeriesState.Unlisted or SeriesState.Removed ? 1 : 0;
                yield return new(new("ser_1"), new("cleo"), state, Money.Usd(999), content, draft, 1, approved, [], Now, Now, approved == 1 ? Now : null, null, 7);
            }
        }
    }

    private static SeriesContent Content(string title, params (string Id, string Title)[] videos) =>
        new(title, "Text", "crafts", "cov_1", null, [.. videos.Select(video => new SeriesVideo(new(video.Id), video.Title, 1))]);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
