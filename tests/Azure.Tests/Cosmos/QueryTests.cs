using System.Net;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

public sealed class QueryTests : IAsyncDisposable
{
    private static readonly Partition s_partition = new("series|1");

    private readonly RestStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Texts => [.. PageQuery.Texts.Values, PageQuery.Scan];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_text_passes_the_SDKs_own_compiler(string text)
    {
        Assert.SkipUnless(QueryCompiler.IsHere, "The SDK has no query compiler for this platform.");

        var status = await RunAsync(new QueryDefinition(text).WithParameter("@from", "a").WithParameter("@to", "b"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("POST query", _store.Account.Asked);
        // It was compiled here: nobody was asked for a plan.
        Assert.DoesNotContain("POST plan", _store.Account.Asked);
    }

    [Theory]
    [InlineData("SELECT c.id FROM c WHERE c.sort >= ORDER BY c.sort")]
    [InlineData("SELECT c.id FROM c ORDER BY")]
    [InlineData("SELECT c.id FROM c WHERE d.sort = @from")]
    public async Task A_text_with_an_error_does_not_pass_the_compiler(string text)
    {
        Assert.SkipUnless(QueryCompiler.IsHere, "The SDK has no query compiler for this platform.");

        var status = await RunAsync(new QueryDefinition(text).WithParameter("@from", "a"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.DoesNotContain("POST query", _store.Account.Asked);
    }

    [Fact]
    public async Task A_page_is_one_request()
    {
        await SeedAsync(5);
        await ListAsync(3, null);
        _store.Account.Asked.Clear();

        var page = await ListAsync(3, null);

        Assert.Equal(3, page.Items.Count);
        Assert.Equal(["POST query"], _store.Account.AskedForDocuments);
    }

    [Fact]
    public async Task A_page_that_the_service_cuts_short_goes_on_with_the_next()
    {
        await SeedAsync(7);
        _store.Account.PageSize = 2;

        var first = await ListAsync(5, null);
        var second = await ListAsync(5, first.Cursor);

        Assert.Equal(["0", "1"], first.Items.Select(item => item.Id));
        Assert.Equal(["2", "3"], second.Items.Select(item => item.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Empty_pages_before_the_first_document_are_read_over(int empty)
    {
        await SeedAsync(2);
        _store.Account.EmptyPages = empty;

        var page = await ListAsync(5, null);

        Assert.Equal(["0", "1"], page.Items.Select(item => item.Id));
        Assert.Null(page.Cursor);
    }

    [Fact]
    public async Task A_range_that_holds_nothing_is_not_asked_for()
    {
        await ListAsync(1, null);
        _store.Account.Asked.Clear();

        Assert.Empty((await _store.Documents.ListAsync(s_partition, new("b", "a"), Direction.Ascending, 5, null, Stop)).Items);
        Assert.Empty(_store.Account.AskedForDocuments);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task SeedAsync(int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True((await _store.Documents.WriteAsync(s_partition, [new Write.Create($"{i}", "same", "{}"u8.ToArray())], Stop)).IsOk);
    }

    private async Task<DocumentPage> ListAsync(int limit, string? cursor) =>
        await _store.Documents.ListAsync(s_partition, SortRange.Prefix(""), Direction.Ascending, limit, cursor, Stop);

    /// <summary>Without optimistic execution, so that the text is compiled first.</summary>
    private async Task<HttpStatusCode> RunAsync(QueryDefinition query)
    {
        using var pages = _store.Client.GetContainer("seriesfunctions", "documents")
            .GetItemQueryStreamIterator(query, requestOptions: new() { PartitionKey = new(s_partition.Key) });
        using var response = await pages.ReadNextAsync(Stop);
        return response.StatusCode;
    }
}
