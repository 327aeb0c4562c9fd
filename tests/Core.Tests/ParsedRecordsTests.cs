using System.Text;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Library;

namespace Core.Tests;

/// <summary>What is kept of parsed documents must never outlive them.</summary>
public sealed class ParsedRecordsTests
{
    private static readonly Partition Viewer = Access.In(new("viewer-1"));

    private readonly OneDocument _store = new();
    private readonly Records _records;

    public ParsedRecordsTests() => _records = new(_store);

    [Fact]
    public async Task The_same_etag_gives_out_the_record_that_was_parsed_before()
    {
        _store.Holds("1", "Live");
        var once = await ReadAsync();
        var twice = await ReadAsync();
        // Kept when it is parsed a second time: what is read once would only turn young garbage into old.
        Assert.NotSame(once, twice);
        Assert.Same(twice, await ReadAsync());
        Assert.Same(twice, await ReadAsync());
    }

    [Fact]
    public async Task Another_etag_is_parsed_anew()
    {
        _store.Holds("1", "Live");
        await ReadAsync();
        Assert.True((await ReadAsync()).IsLive);
        _store.Holds("2", "Revoked");
        Assert.False((await ReadAsync()).IsLive);
    }

    [Fact]
    public async Task Equal_ids_and_etags_in_two_partitions_are_two_records()
    {
        _store.Holds("1", "Live");
        await ReadAsync();
        var first = await ReadAsync();
        _store.Holds("1", "Revoked");
        var other = await _records.FindAsync<Access>(Access.In(new("viewer-2")), OneDocument.Id, TestContext.Current.CancellationToken);
        Assert.True(first.IsLive);
        Assert.False(other!.Value.IsLive);
    }

    [Fact]
    public async Task What_a_list_parsed_serves_a_point_read()
    {
        _store.Holds("1", "Live");
        await ReadAsync();
        var page = await _records.ListAsync<Access>(Viewer, new("a", "z"), Direction.Ascending, new(20, null), TestContext.Current.CancellationToken);
        Assert.True(page.IsOk(out var listed, out _));
        Assert.Same(listed.Items.Single(), await ReadAsync());
    }

    [Fact]
    public async Task A_document_that_is_gone_is_gone()
    {
        _store.Holds("1", "Live");
        await ReadAsync();
        await ReadAsync();
        _store.Empty();
        Assert.Null(await _records.FindAsync<Access>(Viewer, OneDocument.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_is_kept_fills_the_room_that_there_is_and_no_more()
    {
        var records = new ParsedRecords(mostTogether: 10_000);
        for (var i = 0; i < 1_000; i++)
        {
            var document = new Document($"access|ser_{i}", "1", null, new byte[100 + i % 50]);
            records.Read(Viewer, document, read => read.ETag);
            records.Read(Viewer, document, read => read.ETag);
            Assert.InRange(records.Together, 1, 10_000);
        }
        Assert.InRange(records.Together, 9_000, 10_000);
    }

    [Fact]
    public void Ten_thousand_documents_that_are_read_once_are_not_kept()
    {
        var records = new ParsedRecords();
        for (var i = 0; i < 10_000; i++)
            records.Read(Viewer, new Document($"access|ser_{i}", "1", null, new byte[100]), document => document.ETag);
        Assert.Equal(0, records.Together);
    }

    private async Task<Access> ReadAsync() =>
        (await _records.FindAsync<Access>(Viewer, OneDocument.Id, TestContext.Current.CancellationToken))!.Value;

    /// <summary>A store with room for one document, whatever the partition.</summary>
    private sealed class OneDocument : IDocumentStore
    {
        public const string Id = "access|ser_1";

        private Document? _document;

        public void Holds(string etag, string state) => _document = new(Id, etag, "library|1", Encoding.UTF8.GetBytes($$"""
            {"seriesId":"ser_1","viewerId":"viewer-1","grants":[{"cause":"Purchase","causeId":"pur_1","state":"{{state}}","since":"2026-11-20T10:00:00Z"}],"firstGrantedAt":"2026-11-20T10:00:00Z"}
            """));

        public void Empty() => _document = null;

        public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) => ValueTask.FromResult(_document);

        public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Only reads are tested here.");

        public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new DocumentPage([_document!], null));

        public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new DocumentPage([_document!], null));
    }
}
