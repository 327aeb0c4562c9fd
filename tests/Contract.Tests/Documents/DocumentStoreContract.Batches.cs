using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    private const int BatchSize = 5;

    public static TheoryData<string, int> FailuresAtEveryPosition()
    {
        var data = new TheoryData<string, int>();
        foreach (var failure in new[] { "create-taken", "replace-stale", "replace-missing", "delete-stale", "delete-missing", "event-twice" })
        {
            for (var position = 0; position < BatchSize; position++)
                data.Add(failure, position);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(FailuresAtEveryPosition))]
    public async Task A_batch_of_which_one_write_fails_leaves_nothing(string failure, int position)
    {
        var outdated = await WriteOneAsync(new Write.Create("taken", "t", Json("1")));
        var taken = await WriteOneAsync(new Write.Put("taken", "t", Json("2")));
        var replaced = await WriteOneAsync(new Write.Create("replaced", "t", Json("1")));
        var put = await WriteOneAsync(new Write.Create("put", "t", Json("1")));
        var deleted = await WriteOneAsync(new Write.Create("deleted", "t", Json("1")));
        Assert.True((await WriteAsync(new Write.Emit(Event("waiting")))).IsOk);
        (Write Write, WriteStatus Status) refused = failure switch
        {
            "create-taken" => (new Write.Create("taken", null, Json("3")), WriteStatus.Conflict),
            "replace-stale" => (new Write.Replace("taken", null, Json("3"), outdated), WriteStatus.Stale),
            "replace-missing" => (new Write.Replace("missing", null, Json("3"), taken), WriteStatus.NotFound),
            "delete-stale" => (new Write.Delete("taken", outdated), WriteStatus.Stale),
            "delete-missing" => (new Write.Delete("missing"), WriteStatus.NotFound),
            "event-twice" => (new Write.Emit(Event("waiting")), WriteStatus.Conflict),
            _ => throw new ArgumentOutOfRangeException(nameof(failure)),
        };
        List<Write> batch =
        [
            new Write.Create("created", "t", Json("4")),
            new Write.Replace("replaced", "u", Json("4"), replaced),
            new Write.Put("put", "u", Json("4")),
            new Write.Delete("deleted", deleted),
            new Write.Emit(Event("unsaid")),
        ];
        batch[position] = refused.Write;

        var outcome = await WriteAsync([.. batch]);

        Assert.Equal((refused.Status, position), (outcome.Status, outcome.FailedAt));
        Assert.Empty(outcome.ETags);
        Assert.Null(await FindAsync("created"));
        Assert.Null(await FindAsync("missing"));
        Assert.Equal(taken, (await FindAsync("taken"))!.ETag);
        Assert.Equal(replaced, (await FindAsync("replaced"))!.ETag);
        Assert.Equal(put, (await FindAsync("put"))!.ETag);
        Assert.Equal(deleted, (await FindAsync("deleted"))!.ETag);
        var listed = await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 100, null, Stop);
        Assert.Equal(["deleted", "put", "replaced", "taken"], listed.Items.Select(item => item.Id));
        Assert.Equal(["waiting"], (await TakeEventsAsync(_partition)).Select(e => e.Id));
    }

    [Fact]
    public async Task A_batch_that_fails_does_not_harm_those_beside_it()
    {
        await WriteOneAsync(new Write.Create("taken", null, Json("0")));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(
            () => n % 2 == 0
                ? WriteAsync(new Write.Create($"a{n}", null, Json("1")), new Write.Create($"b{n}", null, Json("1")))
                : WriteAsync(new Write.Create($"a{n}", null, Json("1")), new Write.Create("taken", null, Json("1"))),
            Stop)));

        for (var n = 0; n < 40; n++)
        {
            Assert.Equal(n % 2 == 0 ? (WriteStatus.Ok, -1) : (WriteStatus.Conflict, 1), (outcomes[n].Status, outcomes[n].FailedAt));
            Assert.Equal(n % 2 == 0, await FindAsync($"a{n}") is not null);
        }
    }

    [Fact]
    public async Task A_batch_answers_an_etag_for_each_document_it_leaves()
    {
        await WriteOneAsync(new Write.Create("old", null, Json("1")));

        var outcome = await WriteAsync(
            new Write.Create("a", null, Json("1")), new Write.Delete("old"), new Write.Emit(Event("said")), new Write.Put("b", null, Json("1")));

        Assert.Equal(WriteStatus.Ok, outcome.Status);
        Assert.Equal([(await FindAsync("a"))!.ETag, null, null, (await FindAsync("b"))!.ETag], outcome.ETags);
    }

    [Fact]
    public async Task Events_come_out_whole_and_in_the_order_of_their_batches()
    {
        var due = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var whole = new Envelope("e0", "series-published", 3, due.AddDays(-1), due, Json("""{"series":"ser_1"}"""), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Assert.True((await WriteAsync(new Write.Create("a", null, Json("1")), new Write.Emit(whole), new Write.Emit(Event("e1")))).IsOk);
        for (var n = 2; n < 12; n++)
            Assert.True((await WriteAsync(new Write.Put("a", null, Json("1")), new Write.Emit(Event($"e{n}")))).IsOk);

        var events = await TakeEventsAsync(_partition);

        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"e{n}"), events.Select(e => e.Id));
        Assert.Equal(whole with { Body = default }, events[0] with { Body = default });
        AssertJson("""{"series":"ser_1"}""", events[0].Body);
        Assert.Empty(await TakeEventsAsync(_partition));
    }

    [Fact]
    public async Task A_batch_of_a_hundred_writes_is_the_largest()
    {
        Write[] writes = [.. Enumerable.Range(0, StoreLimits.MaxOperations + 1).Select(n => new Write.Create($"d{n}", null, Json("1")))];

        var refused = await WriteAsync(writes);
        Assert.Equal((WriteStatus.TooLarge, StoreLimits.MaxOperations), (refused.Status, refused.FailedAt));
        Assert.Null(await FindAsync("d0"));

        Assert.True((await WriteAsync(writes[..^1])).IsOk);
        Assert.NotNull(await FindAsync("d99"));
    }

    [Fact]
    public async Task A_batch_of_more_than_two_megabytes_is_refused()
    {
        var half = Json($"\"{new string('x', 999_998)}\"");
        Write[] writes = [new Write.Create("a", null, half), new Write.Create("b", null, half), new Write.Create("c", null, Json("1"))];

        var refused = await WriteAsync(writes);

        Assert.Equal((WriteStatus.TooLarge, 2), (refused.Status, refused.FailedAt));
        Assert.Null(await FindAsync("a"));
        Assert.True((await WriteAsync(writes[0])).IsOk);
        Assert.Equal(1_000_000, (await FindAsync("a"))!.Body.Length);
    }

    [Fact]
    public async Task An_empty_batch_is_a_bug_of_the_caller() => await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync());

    [Fact]
    public async Task A_document_is_gone_when_its_time_to_live_is_over()
    {
        var etag = await WriteOneAsync(new Write.Create("a", "s", Json("1"), TimeSpan.FromSeconds(60)));
        await WriteOneAsync(new Write.Create("b", "s", Json("1")));

        await AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.NotNull(await FindAsync("a"));
        await AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Null(await FindAsync("a"));
        var page = await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 10, null, Stop);
        Assert.Equal(["b"], page.Items.Select(item => item.Id));
        Assert.Equal(WriteStatus.NotFound, (await WriteAsync(new Write.Replace("a", null, Json("2"), etag))).Status);
        Assert.Equal(WriteStatus.NotFound, (await WriteAsync(new Write.Delete("a"))).Status);
    }

    [Fact]
    public async Task What_has_expired_can_be_created_again()
    {
        var first = await WriteOneAsync(new Write.Create("a", null, Json("1"), TimeSpan.FromSeconds(2)));
        await AdvanceAsync(TimeSpan.FromSeconds(3));

        var second = await WriteOneAsync(new Write.Create("a", null, Json("2")));

        Assert.NotEqual(first, second);
        AssertJson("2", (await FindAsync("a"))!.Body);
    }

    [Fact]
    public async Task A_write_sets_the_time_to_live_anew()
    {
        var a = await WriteOneAsync(new Write.Create("a", null, Json("1"), TimeSpan.FromSeconds(5)));
        await WriteOneAsync(new Write.Create("b", null, Json("1"), TimeSpan.FromSeconds(5)));
        await WriteOneAsync(new Write.Create("c", null, Json("1")));
        await WriteOneAsync(new Write.Replace("a", null, Json("2"), a));
        await WriteOneAsync(new Write.Put("b", null, Json("2"), TimeSpan.FromSeconds(600)));
        await WriteOneAsync(new Write.Put("c", null, Json("2"), TimeSpan.FromSeconds(5)));

        await AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.NotNull(await FindAsync("a"));
        Assert.NotNull(await FindAsync("b"));
        Assert.Null(await FindAsync("c"));
    }

    private static Envelope Event(string id) =>
        new(id, "test-happened", 1, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), null, Json("""{"x":1}"""), null);
}
