using System.Text;
using System.Text.Json;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Documents;

/// <summary>
/// What every document store promises. An adapter's test class says how to open one; each test has a partition of its own, so that a shared
/// account serves as well as an empty file.
/// </summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    private readonly Partition _partition = new($"test|{Guid.NewGuid():N}");
    private IDocumentStore? _store;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IDocumentStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
    }

    protected abstract ValueTask<IDocumentStore> OpenAsync();

    protected abstract ValueTask CloseAsync();

    /// <summary>Returns when the store's clock has gone forward by <paramref name="by"/>: at once where it can be set, else by waiting.</summary>
    protected abstract ValueTask AdvanceAsync(TimeSpan by);

    /// <summary>Relays the partition's outbox and returns what has come out since the last call, in order.</summary>
    protected abstract ValueTask<IReadOnlyList<Envelope>> TakeEventsAsync(Partition partition);

    [Fact]
    public async Task A_created_document_is_found_with_everything_it_was_given()
    {
        var etag = await WriteOneAsync(new Write.Create("a", "s1", Json("""{"title":"Ünïcödé 🎬","n":[1,2,{"deep":null}]}""")));

        var found = await FindAsync("a");

        Assert.NotNull(found);
        Assert.Equal(("a", etag, "s1"), (found.Id, found.ETag, found.Sort));
        AssertJson("""{"title":"Ünïcödé 🎬","n":[1,2,{"deep":null}]}""", found.Body);
    }

    [Fact]
    public async Task A_document_that_was_never_written_is_not_found() => Assert.Null(await FindAsync("nothing"));

    [Fact]
    public async Task The_same_id_in_another_partition_is_another_document()
    {
        await WriteOneAsync(new Write.Create("a", null, Json("1")));

        Assert.Null(await Store.FindAsync(new(_partition.Key + "x"), "a", Stop));
    }

    [Fact]
    public async Task A_document_is_created_once()
    {
        await WriteOneAsync(new Write.Create("a", null, Json("1")));

        var second = await WriteAsync(new Write.Create("a", null, Json("2")));

        Assert.Equal((WriteStatus.Conflict, 0), (second.Status, second.FailedAt));
        AssertJson("1", (await FindAsync("a"))!.Body);
    }

    [Fact]
    public async Task A_replace_needs_the_etag_of_the_last_write()
    {
        var first = await WriteOneAsync(new Write.Create("a", null, Json("1")));
        var second = await WriteOneAsync(new Write.Replace("a", null, Json("2"), first));

        Assert.NotEqual(first, second);
        Assert.Equal(WriteStatus.Stale, (await WriteAsync(new Write.Replace("a", null, Json("3"), first))).Status);
        AssertJson("2", (await FindAsync("a"))!.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("1' OR '1'='1")]
    [InlineData("99999999999999999999999999")]
    public async Task An_etag_that_is_none_is_stale(string etag)
    {
        await WriteOneAsync(new Write.Create("a", null, Json("1")));

        Assert.Equal(WriteStatus.Stale, (await WriteAsync(new Write.Replace("a", null, Json("2"), etag))).Status);
        Assert.Equal(WriteStatus.Stale, (await WriteAsync(new Write.Delete("a", etag))).Status);
    }

    [Fact]
    public async Task What_is_not_there_can_be_neither_replaced_nor_deleted()
    {
        var etag = await WriteOneAsync(new Write.Create("other", null, Json("1")));

        Assert.Equal(WriteStatus.NotFound, (await WriteAsync(new Write.Replace("a", null, Json("2"), etag))).Status);
        Assert.Equal(WriteStatus.NotFound, (await WriteAsync(new Write.Delete("a", etag))).Status);
        Assert.Equal(WriteStatus.NotFound, (await WriteAsync(new Write.Delete("a"))).Status);
    }

    [Fact]
    public async Task A_put_replaces_whatever_is_there()
    {
        var first = await WriteOneAsync(new Write.Put("a", "s1", Json("1")));
        var second = await WriteOneAsync(new Write.Put("a", null, Json("2")));

        var found = await FindAsync("a");
        Assert.NotEqual(first, second);
        Assert.Equal((second, null), (found!.ETag, found.Sort));
        AssertJson("2", found.Body);
    }

    [Fact]
    public async Task A_delete_with_an_etag_needs_that_etag()
    {
        var etag = await WriteOneAsync(new Write.Create("a", null, Json("1")));
        var newer = await WriteOneAsync(new Write.Put("a", null, Json("2")));

        Assert.Equal(WriteStatus.Stale, (await WriteAsync(new Write.Delete("a", etag))).Status);
        Assert.NotNull(await FindAsync("a"));
        Assert.True((await WriteAsync(new Write.Delete("a", newer))).IsOk);
        Assert.Null(await FindAsync("a"));
    }

    [Fact]
    public async Task An_etag_never_comes_again()
    {
        HashSet<string> seen = [];
        for (var i = 0; i < 20; i++)
        {
            Assert.True(seen.Add(await WriteOneAsync(new Write.Create("a", null, Json("1")))));
            Assert.True(seen.Add(await WriteOneAsync(new Write.Put("a", null, Json("1")))));
            Assert.True((await WriteAsync(new Write.Delete("a"))).IsOk);
        }
        await WriteOneAsync(new Write.Create("a", null, Json("1")));

        foreach (var old in seen)
            Assert.Equal(WriteStatus.Stale, (await WriteAsync(new Write.Replace("a", null, Json("2"), old))).Status);
    }

    [Fact]
    public async Task Of_two_writers_with_one_etag_exactly_one_wins()
    {
        var etag = await WriteOneAsync(new Write.Create("a", null, Json("0")));
        for (var round = 0; round < 200; round++)
        {
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(
                async () =>
                {
                    await start.Task;
                    return await WriteAsync(new Write.Replace("a", null, Json($"{round * 2 + writer}"), etag));
                },
                Stop)).ToArray();
            start.SetResult();
            var outcomes = await Task.WhenAll(writers);

            var winner = Array.FindIndex(outcomes, outcome => outcome.IsOk);
            Assert.Single(outcomes, outcome => outcome.IsOk);
            Assert.Single(outcomes, outcome => outcome.Status == WriteStatus.Stale);
            var found = await FindAsync("a");
            AssertJson($"{round * 2 + winner}", found!.Body);
            Assert.Equal(outcomes[winner].ETags[0], found.ETag);
            etag = found.ETag;
        }
    }

    [Fact]
    public async Task Of_many_who_create_one_document_exactly_one_does()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() => WriteAsync(new Write.Create("a", null, Json($"{n}"))), Stop)));

        Assert.Single(outcomes, outcome => outcome.IsOk);
        Assert.Equal(31, outcomes.Count(outcome => outcome.Status == WriteStatus.Conflict));
    }

    public static TheoryData<string> OddIds =>
    [
        "a b", "it's", "\"quoted\"", "100%", "a_b", "A", "..", "-", "{x}", "; DROP TABLE documents; --", "~!@$^&*()+=[],.<>", "a|b:c", "null", "0",
        new string('z', StoreLimits.MaxKeyLength),
    ];

    [Theory]
    [MemberData(nameof(OddIds))]
    public async Task Odd_but_legal_characters_in_keys_are_kept_apart(string id)
    {
        var partition = new Partition($"odd|{Guid.NewGuid():N}|{id}"[..Math.Min(StoreLimits.MaxKeyLength, 37 + id.Length)]);
        var outcome = await Store.WriteAsync(
            partition,
            [new Write.Create(id, id, Json("1")), new Write.Create("a", "b", Json("2")), new Write.Create("other", null, Json("3"))],
            Stop);

        Assert.True(outcome.IsOk);
        var found = await Store.FindAsync(partition, id, Stop);
        Assert.Equal((id, id, outcome.ETags[0]), (found!.Id, found.Sort, found.ETag));
        AssertJson("1", found.Body);
        var page = await Store.ListAsync(partition, new(id, id + "\x7f"), Direction.Ascending, 10, null, Stop);
        Assert.Contains(page.Items, item => item.Id == id);
        Assert.True((await Store.WriteAsync(partition, [new Write.Replace(id, null, Json("4"), found.ETag)], Stop)).IsOk);
        Assert.True((await Store.WriteAsync(partition, [new Write.Delete(id)], Stop)).IsOk);
        Assert.NotNull(await Store.FindAsync(partition, "other", Stop));
    }

    [Fact]
    public async Task Who_has_given_up_reads_and_writes_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync(_partition, "a", gone.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.WriteAsync(_partition, [new Write.Create("a", null, Json("1"))], gone.Token));
        Assert.Null(await FindAsync("a"));
    }

    private static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Equal as JSON: a store may write it another way.</summary>
    private static void AssertJson(string expected, ReadOnlyMemory<byte> actual)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(left.RootElement, right.RootElement), $"Expected {expected}, found {Encoding.UTF8.GetString(actual.Span)}");
    }

    private async Task<Document?> FindAsync(string id) => await Store.FindAsync(_partition, id, Stop);

    private async Task<WriteOutcome> WriteAsync(params Write[] writes) => await Store.WriteAsync(_partition, writes, Stop);

    /// <summary>A write that must succeed. Returns its etag.</summary>
    private async Task<string> WriteOneAsync(Write write)
    {
        var outcome = await WriteAsync(write);
        Assert.Equal(WriteStatus.Ok, outcome.Status);
        Assert.Equal(-1, outcome.FailedAt);
        return Assert.Single(outcome.ETags)!;
    }
}
