using Model.Tests.Memory;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests;

/// <summary>What a sweep finds, in which order, how far it goes when something can't be done, and what it costs after a long silence.</summary>
public sealed class DueWorkTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 10, 20, 30, TimeSpan.Zero);

    private readonly HostClock _clock = new(new StoppedClock(Start));
    private readonly Counted _store;
    private readonly DueWork _due;

    public DueWorkTests()
    {
        _store = new(new MemoryDocumentStore(_clock));
        _due = new(new Records(_store), _clock);
    }

    [Fact]
    public async Task What_came_due_is_found_in_the_order_of_its_time_and_not_before()
    {
        await SweepAsync();
        foreach (var (id, minutes) in new[] { ("c", 70), ("a", 1), ("late", 200), ("b", 59) })
            await NoteAsync(id, minutes);
        _clock.Advance(TimeSpan.FromMinutes(100));
        Assert.Equal(["a", "b", "c"], await SweepAsync());
        Assert.Empty(await SweepAsync());
        _clock.Advance(TimeSpan.FromMinutes(100) - TimeSpan.FromTicks(1));
        Assert.Empty(await SweepAsync());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["late"], await SweepAsync());
    }

    [Fact]
    public async Task A_sweep_stops_at_what_can_t_be_done_yet_and_goes_on_there()
    {
        await SweepAsync();
        foreach (var (id, minutes) in new[] { ("a", 1), ("b", 5), ("c", 6), ("d", 300) })
            await NoteAsync(id, minutes);
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["a", "b"], await SweepAsync(fails: "b"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["b"], await SweepAsync(fails: "b"));
        Assert.Equal(["b", "c", "d"], await SweepAsync());
        Assert.Empty(await SweepAsync());
    }

    [Fact]
    public async Task A_month_of_silence_is_caught_up_with_in_a_read_an_hour_and_a_minute_with_one()
    {
        await SweepAsync();
        await NoteAsync("a", 60 * 24 * 12);
        _store.Lists = 0;
        _clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(["a"], await SweepAsync());
        Assert.InRange(_store.Lists, 24 * 29, 24 * 29 + 1);
        _store.Lists = 0;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await SweepAsync());
        Assert.Equal(1, _store.Lists);
    }

    private async Task NoteAsync(string id, int minutes) => await _due.RememberAsync(new(DueKind.Gift, "owner", id, Start.AddMinutes(minutes)), TestContext.Current.CancellationToken);

    /// <summary>The items that were handed out, in their order.</summary>
    private async Task<IReadOnlyList<string>> SweepAsync(string? fails = null)
    {
        List<string> handed = [];
        await _due.SweepAsync(
            DueKind.Gift,
            (item, _) =>
            {
                handed.Add(item.Id);
                return ValueTask.FromResult(item.Id == fails ? Handled.Retry("not-yet") : Handled.Done);
            },
            TestContext.Current.CancellationToken);
        return handed;
    }

    private sealed class Counted(IDocumentStore store) : IDocumentStore
    {
        public int Lists { get; set; }

        public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) => store.FindAsync(partition, id, cancellationToken);

        public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken) => store.WriteAsync(partition, writes, cancellationToken);

        public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken)
        {
            Lists++;
            return store.ListAsync(partition, range, direction, limit, cursor, cancellationToken);
        }

        public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) => store.ScanAsync(partition, after, limit, cancellationToken);
    }
}
