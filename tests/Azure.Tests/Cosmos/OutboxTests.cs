using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

/// <summary>Events in the container and out of its change feed.</summary>
public sealed class OutboxTests : IAsyncDisposable
{
    private static readonly Partition s_partition = new("series|1");

    private readonly RestStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_feed_of_the_whole_container_carries_each_event_with_its_partition()
    {
        foreach (var partition in new[] { "series|1", "viewer|2" })
        {
            var outcome = await _store.Documents.WriteAsync(
                new(partition), [new Write.Put("doc", "s", "{}"u8.ToArray()), new Write.Emit(Event("e|" + partition))], Stop);
            Assert.True(outcome.IsOk);
        }

        var items = await ReadFeedAsync();

        Assert.Equal(4, items.Count);
        Assert.Equal(
            [(new("series|1"), "e|series|1"), (new("viewer|2"), "e|viewer|2")],
            items.OfType<OutboxItem>().Select(item => (item.Partition, item.Event.Id)));
    }

    [Fact]
    public async Task An_event_is_no_document()
    {
        Assert.True((await _store.Documents.WriteAsync(s_partition, [new Write.Emit(Event("e1"))], Stop)).IsOk);

        foreach (var id in new[] { "e1", "event|e1" })
            Assert.Null(await _store.Documents.FindAsync(s_partition, id, Stop));
        Assert.Empty((await _store.Documents.ListAsync(s_partition, SortRange.Prefix(""), Direction.Ascending, 10, null, Stop)).Items);
        // Nor does a document of the same id stand in its way.
        Assert.True((await _store.Documents.WriteAsync(s_partition, [new Write.Create("event|e1", null, "{}"u8.ToArray())], Stop)).IsOk);
        Assert.Equal(WriteStatus.Conflict, (await _store.Documents.WriteAsync(s_partition, [new Write.Emit(Event("e1"))], Stop)).Status);
    }

    [Fact]
    public async Task A_relay_that_stood_still_for_thirteen_days_misses_nothing()
    {
        Assert.True((await _store.Documents.WriteAsync(s_partition, [new Write.Emit(Event("e1"))], Stop)).IsOk);

        _store.Clock.Advance(TimeSpan.FromDays(13));
        Assert.Equal(["e1"], (await _store.Feed.TakeAsync(s_partition, Stop)).Select(e => e.Id));

        _store.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty((await ReadFeedAsync()).OfType<OutboxItem>());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":"event"}""")]
    [InlineData("""{"type":"event","pk":null,"body":{}}""")]
    [InlineData("""{"type":"event","pk":7,"body":{}}""")]
    [InlineData("""{"type":"event","pk":"p"}""")]
    [InlineData("""{"type":"event","pk":"p","body":{}}""")]
    [InlineData("""{"type":"event","pk":"p","body":{"id":1,"name":"n","version":1,"occurredAt":"2026-01-01T00:00:00Z","body":{}}}""")]
    [InlineData("""{"type":"event","pk":"p","body":{"id":"e","name":"n","version":1,"occurredAt":"never","body":{}}}""")]
    public void What_is_no_event_of_ours_is_told_to_the_relay(string item) =>
        Assert.Throws<FormatException>(() => OutboxItem.TryRead(Encoding.UTF8.GetBytes(item)));

    [Fact]
    public void A_document_is_passed_over() => Assert.Null(OutboxItem.TryRead("""{"id":"doc|a","pk":"p","type":"doc","body":{"type":"event"}}"""u8.ToArray()));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<List<OutboxItem?>> ReadFeedAsync()
    {
        using var pages = _store.Client.GetContainer("seriesfunctions", "documents")
            .GetChangeFeedStreamIterator(ChangeFeedStartFrom.Beginning(), ChangeFeedMode.Incremental);
        List<OutboxItem?> items = [];
        while (true)
        {
            using var page = await pages.ReadNextAsync(Stop);
            if (!page.IsSuccessStatusCode)
                return items;
            using var json = await JsonDocument.ParseAsync(page.Content, cancellationToken: Stop);
            foreach (var item in json.RootElement.GetProperty("Documents").EnumerateArray())
                items.Add(OutboxItem.TryRead(item));
        }
    }

    private static Envelope Event(string id) => new(id, "test-happened", 1, DateTimeOffset.UnixEpoch, null, "{}"u8.ToArray(), null);
}
