using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Documents;

namespace Contract.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    [Theory]
    [InlineData(Direction.Ascending, 1)]
    [InlineData(Direction.Ascending, 7)]
    [InlineData(Direction.Ascending, 60)]
    [InlineData(Direction.Ascending, 1_000)]
    [InlineData(Direction.Descending, 1)]
    [InlineData(Direction.Descending, 7)]
    [InlineData(Direction.Descending, 60)]
    [InlineData(Direction.Descending, 1_000)]
    public async Task Pages_are_complete_and_in_order_with_ties_broken_by_id(Direction direction, int limit)
    {
        var expected = await SeedAsync(60);
        await WriteOneAsync(new Write.Create("unsorted", null, Json("1")));

        var (listed, pages) = await ListAllAsync(SortRange.Prefix(""), direction, limit);

        Assert.Equal(direction == Direction.Ascending ? expected : expected.Reverse(), listed.Select(item => (item.Sort!, item.Id)));
        Assert.All(pages, page => Assert.InRange(page, 0, limit));
        foreach (var item in listed)
        {
            var found = await FindAsync(item.Id);
            Assert.Equal((found!.ETag, found.Sort), (item.ETag, item.Sort));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task A_scan_reads_everything_in_a_partition_by_id_and_no_event(int limit)
    {
        await SeedAsync(12);
        foreach (var id in new[] { "open|1", "open-2", "~", "A" })
            await WriteOneAsync(new Write.Create(id, null, Json("1")));
        await WriteOneAsync(new Write.Emit(new("evt_1", "happened", 1, DateTimeOffset.UnixEpoch, null, Json("1"), null)));
        var expected = (await ListAllAsync(SortRange.Prefix(""), Direction.Ascending, 100)).Items.Select(item => item.Id).Concat(["open|1", "open-2", "~", "A"]).Order(StringComparer.Ordinal);

        var scanned = new List<Document>();
        string? after = null;
        do
        {
            var page = await Store.ScanAsync(_partition, after, limit, Stop);
            Assert.InRange(page.Items.Count, 0, limit);
            scanned.AddRange(page.Items);
            Assert.True(page.Cursor is null || page.Cursor == page.Items[^1].Id);
            after = page.Cursor;
        }
        while (after is not null);

        Assert.Equal(expected, scanned.Select(item => item.Id));
        foreach (var item in scanned)
        {
            var found = await FindAsync(item.Id);
            Assert.Equal((found!.ETag, found.Sort), (item.ETag, item.Sort));
            Assert.Equal(found.Body.ToArray(), item.Body.ToArray());
        }
    }

    [Theory]
    [InlineData(Direction.Ascending)]
    [InlineData(Direction.Descending)]
    public async Task A_range_includes_its_start_and_excludes_its_end(Direction direction)
    {
        foreach (var sort in new[] { "a", "b", "b!", "b~", "bb", "c", "C" })
            await WriteOneAsync(new Write.Create($"id-{(int)sort[0]}-{sort.Length}-{(int)sort[^1]}", sort, Json("1")));

        async Task<string[]> SortsAsync(SortRange range) => [.. (await ListAllAsync(range, direction, 2)).Items.Select(item => item.Sort!).Order(StringComparer.Ordinal)];

        Assert.Equal(["b", "b!", "bb", "b~"], await SortsAsync(new("b", "c")));
        Assert.Equal(["b", "b!", "bb", "b~"], await SortsAsync(SortRange.Prefix("b")));
        Assert.Equal(["b!", "bb", "b~", "c"], await SortsAsync(new("b!", "c\0")));
        Assert.Equal(["C", "a"], await SortsAsync(new("", "b")));
        Assert.Empty(await SortsAsync(new("b", "b")));
        Assert.Empty(await SortsAsync(new("c", "b")));
        Assert.Empty(await SortsAsync(new("x", "y")));
    }

    [Fact]
    public async Task A_document_is_listed_where_its_last_write_put_it()
    {
        var etag = await WriteOneAsync(new Write.Create("a", "1", Json("1")));
        await WriteOneAsync(new Write.Create("b", "2", Json("1")));

        etag = await WriteOneAsync(new Write.Replace("a", "3", Json("1"), etag));
        Assert.Equal(["b", "a"], (await ListAllAsync(SortRange.Prefix(""), Direction.Ascending, 10)).Items.Select(item => item.Id));

        await WriteOneAsync(new Write.Replace("a", null, Json("1"), etag));
        Assert.Equal(["b"], (await ListAllAsync(SortRange.Prefix(""), Direction.Ascending, 10)).Items.Select(item => item.Id));

        await WriteOneAsync(new Write.Put("a", "0", Json("1")));
        Assert.True((await WriteAsync(new Write.Delete("b"))).IsOk);
        Assert.Equal(["a"], (await ListAllAsync(SortRange.Prefix(""), Direction.Ascending, 10)).Items.Select(item => item.Id));
    }

    [Theory]
    [InlineData(Direction.Ascending)]
    [InlineData(Direction.Descending)]
    public async Task Pages_are_complete_and_in_order_while_others_write(Direction direction)
    {
        var steady = await SeedAsync(120);
        using var done = new CancellationTokenSource();
        var others = Task.Run(
            async () =>
            {
                for (var n = 0; !done.IsCancellationRequested; n++)
                {
                    // Beside, between and on top of what is read; what is read is itself rewritten at its place.
                    var (sort, id) = steady[n * 31 % steady.Length];
                    await WriteAsync(new Write.Put($"passing-{n % 50}", sort, Json("1")), new Write.Put(id, sort, Json($"{n}")));
                    await WriteAsync(new Write.Delete($"passing-{n * 7 % 50}"));
                }
            },
            Stop);

        for (var round = 0; round < 5; round++)
        {
            var (listed, _) = await ListAllAsync(SortRange.Prefix(""), direction, 9);
            var keys = listed.Select(item => (item.Sort!, item.Id)).ToArray();
            Assert.Equal(direction == Direction.Ascending ? steady : steady.Reverse(), keys.Where(key => !key.Id.StartsWith("passing", StringComparison.Ordinal)));
            var inOrder = keys.OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Id, StringComparer.Ordinal);
            Assert.Equal(direction == Direction.Ascending ? inOrder : inOrder.Reverse(), keys);
        }
        await done.CancelAsync();
        await others;
    }

    [Fact]
    public async Task A_page_goes_on_after_the_document_it_ended_with_is_gone()
    {
        var expected = await SeedAsync(12);
        var first = await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 5, null, Stop);
        Assert.True((await WriteAsync(new Write.Delete(first.Items[^1].Id))).IsOk);

        var (rest, _) = await ListAllAsync(SortRange.Prefix(""), Direction.Ascending, 5, first.Cursor);

        Assert.Equal(expected[first.Items.Count..], rest.Select(item => (item.Sort!, item.Id)));
    }

    [Fact]
    public async Task An_empty_partition_is_one_empty_page()
    {
        var page = await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 10, null, Stop);

        Assert.Empty(page.Items);
        Assert.Null(page.Cursor);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public async Task A_limit_outside_its_bounds_is_a_bug_of_the_caller(int limit) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, limit, null, Stop));

    [Fact]
    public async Task A_cursor_that_is_not_of_this_list_is_told_apart()
    {
        await SeedAsync(12);
        var elsewhere = new Partition(_partition.Key + "x");
        Assert.True((await Store.WriteAsync(elsewhere, [new Write.Create("a", "a", Json("1")), new Write.Create("b", "b", Json("1"))], Stop)).IsOk);
        var ours = (await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 5, null, Stop)).Cursor!;
        string[] foreign =
        [
            "", " ", "x", "null", "2", "not base64!", "é", "%", new string('A', 5_000), ours + "A", ours[..^2], ours[1..], (ours[0] == 'A' ? "B" : "A") + ours[1..],
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"sort":"a","id":"b"}""")),
            (await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Descending, 5, null, Stop)).Cursor!,
            (await Store.ListAsync(elsewhere, SortRange.Prefix(""), Direction.Ascending, 1, null, Stop)).Cursor!,
        ];

        foreach (var cursor in foreign)
        {
            var page = async () => await Store.ListAsync(_partition, SortRange.Prefix(""), Direction.Ascending, 5, cursor, Stop);
            await Assert.ThrowsAsync<FormatException>(page);
        }
        await Assert.ThrowsAsync<FormatException>(async () => await Store.ListAsync(_partition, SortRange.Prefix("zzz"), Direction.Ascending, 5, ours, Stop));
    }

    /// <summary>Documents of which three share each sort key, written in no order. Returns their keys in order.</summary>
    private async Task<(string Sort, string Id)[]> SeedAsync(int count)
    {
        var keys = Enumerable.Range(0, count)
            .Select(n => (Sort: (n / 3).ToString("d4", CultureInfo.InvariantCulture), Id: $"id{n * 37 % 97:d3}-{n}"))
            .ToArray();
        foreach (var part in keys.OrderBy(key => key.Id[^1]).Chunk(50))
            Assert.True((await WriteAsync([.. part.Select(key => new Write.Create(key.Id, key.Sort, Json("0")))])).IsOk);
        return [.. keys.OrderBy(key => key.Sort, StringComparer.Ordinal).ThenBy(key => key.Id, StringComparer.Ordinal)];
    }

    private async Task<(List<Document> Items, List<int> Pages)> ListAllAsync(SortRange range, Direction direction, int limit, string? cursor = null)
    {
        List<Document> items = [];
        List<int> pages = [];
        do
        {
            var page = await Store.ListAsync(_partition, range, direction, limit, cursor, Stop);
            items.AddRange(page.Items);
            pages.Add(page.Items.Count);
            cursor = page.Cursor;
            Assert.True(pages.Count < 10_000, "The pages do not end.");
        }
        while (cursor is not null);
        return (items, pages);
    }
}
