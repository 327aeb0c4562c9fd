using System.Net;
using SeriesFunctions.Core.Media;

namespace Contract.Tests.Media;

/// <summary>Copies, deletions, lists, and uploads in blocks.</summary>
public abstract partial class MediaStoreContract
{
    private static readonly BlobName Source = BlobName.Upload("videos/usr_1/vid_1");

    [Fact]
    public async Task A_copy_has_the_bytes_and_the_type_that_was_asked_for()
    {
        var body = SignedUrls.Bytes(100_000);
        var source = await UploadAsync(Source, body);
        Assert.Equal(CopyOutcome.Copied, await Store.CopyAsync(Source, source.ETag, Blob, "video/quicktime", Cancel));
        Assert.Equal("video/quicktime", (await FindAsync(Blob)).ContentType);
        Assert.Equal(body, await DownloadAsync(Blob));
        Assert.Equal(source, await Store.FindAsync(Source, Cancel));
    }

    [Fact]
    public async Task A_copy_is_made_once_and_outlives_its_source()
    {
        var source = await UploadAsync(Source, [1, 2, 3]);
        Assert.Equal(CopyOutcome.Copied, await Store.CopyAsync(Source, source.ETag, Blob, Mp4, Cancel));
        var copy = await FindAsync(Blob);
        Assert.Equal(CopyOutcome.AlreadyThere, await Store.CopyAsync(Source, source.ETag, Blob, Mp4, Cancel));
        var second = await UploadAsync(Source, [9]);
        Assert.Equal(CopyOutcome.AlreadyThere, await Store.CopyAsync(Source, second.ETag, Blob, "video/quicktime", Cancel));
        Assert.Equal(copy, await Store.FindAsync(Blob, Cancel));
        Assert.True(await Store.DeleteAsync(Source, null, Cancel));
        Assert.Equal([1, 2, 3], await DownloadAsync(Blob));
    }

    [Fact]
    public async Task Of_copies_to_one_target_at_the_same_moment_one_is_made()
    {
        var sources = new List<BlobFacts>();
        for (var i = 0; i < 6; i++)
            sources.Add(await UploadAsync(BlobName.Upload($"videos/usr_1/{i}"), SignedUrls.Bytes(1_000 + i, i)));
        var outcomes = await Task.WhenAll(sources.Select(source => Task.Run(async () => await Store.CopyAsync(source.Name, source.ETag, Blob, Mp4, Cancel), Cancel)));
        var winner = Assert.Single(sources.Zip(outcomes), made => made.Second == CopyOutcome.Copied).First;
        Assert.All(outcomes.Where(outcome => outcome != CopyOutcome.Copied), outcome => Assert.Equal(CopyOutcome.AlreadyThere, outcome));
        Assert.Equal(await ReadAllAsync(winner), await DownloadAsync(Blob));
    }

    [Fact]
    public async Task A_copy_can_be_made_again_where_the_target_was_deleted()
    {
        var source = await UploadAsync(Source, [1]);
        await Store.CopyAsync(Source, source.ETag, Blob, Mp4, Cancel);
        await Store.DeleteAsync(Blob, null, Cancel);
        Assert.Equal(CopyOutcome.Copied, await Store.CopyAsync(Source, source.ETag, Blob, Mp4, Cancel));
        Assert.Equal([1], await DownloadAsync(Blob));
    }

    [Fact]
    public async Task A_list_is_read_in_pages_while_blobs_come_and_go()
    {
        for (var i = 1; i <= 5; i++)
            await UploadAsync(BlobName.Upload($"videos/a/{i}"), [1]);
        var first = await Store.ListAsync(BlobContainer.Uploads, "videos/", null, 2, Cancel);
        Assert.Equal(["videos/a/1", "videos/a/2"], first.Items.Select(facts => facts.Name.Name));
        await Store.DeleteAsync(BlobName.Upload("videos/a/2"), null, Cancel);
        await Store.DeleteAsync(BlobName.Upload("videos/a/4"), null, Cancel);
        await UploadAsync(BlobName.Upload("videos/a/6"), [1]);
        var rest = new List<string>();
        for (var cursor = first.Cursor; cursor is not null;)
        {
            var page = await Store.ListAsync(BlobContainer.Uploads, "videos/", cursor, 2, Cancel);
            Assert.InRange(page.Items.Count, 0, 2);
            rest.AddRange(page.Items.Select(facts => facts.Name.Name));
            cursor = page.Cursor;
        }
        Assert.Equal(["videos/a/3", "videos/a/5", "videos/a/6"], rest);
    }

    [Fact]
    public async Task What_we_write_ourselves_is_a_blob_that_is_replaced_by_the_next()
    {
        var name = BlobName.Media("exports/exp_1.zip");
        foreach (var size in new[] { 70_000, 0, 3 })
        {
            using var content = new MemoryStream(SignedUrls.Bytes(size));
            content.Position = size / 2;
            var written = await Store.WriteAsync(name, "application/zip", content, Cancel);
            var found = (await Store.FindAsync(name, Cancel))!;
            Assert.Equal((name, size, "application/zip", written.ETag), (found.Name, (int)found.Length, found.ContentType, found.ETag));
            Assert.Equal(SignedUrls.Bytes(size), await DownloadAsync(name));
        }
    }

    [Fact]
    public async Task A_source_that_changed_is_not_copied()
    {
        var first = await UploadAsync(Source, [1]);
        await UploadAsync(Source, [2]);
        Assert.Equal(CopyOutcome.Changed, await Store.CopyAsync(Source, first.ETag, Blob, Mp4, Cancel));
        Assert.Null(await Store.FindAsync(Blob, Cancel));
    }

    [Fact]
    public async Task A_source_that_is_gone_is_not_copied()
    {
        var source = await UploadAsync(Source, [1]);
        await Store.DeleteAsync(Source, null, Cancel);
        Assert.Equal(CopyOutcome.NotFound, await Store.CopyAsync(Source, source.ETag, Blob, Mp4, Cancel));
        Assert.Null(await Store.FindAsync(Blob, Cancel));
    }

    [Fact]
    public async Task Deleting_a_version_leaves_another_one_alone()
    {
        var first = await UploadAsync(Blob, [1]);
        var second = await UploadAsync(Blob, [2]);
        Assert.False(await Store.DeleteAsync(Blob, first.ETag, Cancel));
        Assert.Equal(second, await Store.FindAsync(Blob, Cancel));
        Assert.True(await Store.DeleteAsync(Blob, second.ETag, Cancel));
        Assert.Null(await Store.FindAsync(Blob, Cancel));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_done()
    {
        Assert.True(await Store.DeleteAsync(Blob, null, Cancel));
        var facts = await UploadAsync(Blob, [1]);
        Assert.True(await Store.DeleteAsync(Blob, null, Cancel));
        Assert.True(await Store.DeleteAsync(Blob, facts.ETag, Cancel));
    }

    [Fact]
    public async Task An_upload_after_a_deletion_has_a_new_etag()
    {
        var first = await UploadAsync(Blob, [1]);
        await Store.DeleteAsync(Blob, null, Cancel);
        Assert.NotEqual(first.ETag, (await UploadAsync(Blob, [1])).ETag);
    }

    [Fact]
    public async Task A_list_has_the_blobs_of_one_container_under_a_prefix_by_name()
    {
        foreach (var name in new[] { "videos/b/2", "videos/a/1", "videos/a/10", "videos/ab", "covers/1" })
            await UploadAsync(BlobName.Upload(name), [1, 2]);
        await UploadAsync(BlobName.Media("videos/a/0"), [1]);

        Assert.Equal(["covers/1", "videos/a/1", "videos/a/10", "videos/ab", "videos/b/2"], await NamesAsync(""));
        Assert.Equal(["videos/a/1", "videos/a/10"], await NamesAsync("videos/a/"));
        Assert.Equal(["videos/a/1", "videos/a/10", "videos/ab"], await NamesAsync("videos/a"));
        Assert.Equal(["videos/a/10"], await NamesAsync("videos/a/10"));
        Assert.Empty(await NamesAsync("videos/c"));
        Assert.Empty(await NamesAsync("../media/"));
        foreach (var facts in (await Store.ListAsync(BlobContainer.Uploads, "covers/", null, 100, Cancel)).Items)
            Assert.Equal(await Store.FindAsync(facts.Name, Cancel), facts);
    }

    [Fact]
    public async Task Blocks_become_the_blob_in_the_order_of_their_list()
    {
        var upload = await SignAsync(Source);
        foreach (var (id, body) in new[] { ("3", (byte[])[5, 6]), ("1", [1, 2]), ("2", [3, 4]) })
        {
            using var answer = await upload.PutBlockAsync(id, body);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
        Assert.Null(await Store.FindAsync(Source, Cancel));
        Assert.Empty(await NamesAsync(""));

        using var committed = await upload.PutBlockListAsync("1", "2", "3");
        Assert.Equal(HttpStatusCode.Created, committed.StatusCode);
        var facts = await FindAsync(Source);
        Assert.Equal(facts.ETag, committed.Headers.ETag!.Tag.Trim('"'));
        Assert.Equal(Mp4, facts.ContentType);
        Assert.Equal([1, 2, 3, 4, 5, 6], await ReadAllAsync(facts));
    }

    [Fact]
    public async Task A_block_that_is_sent_again_replaces_itself_and_one_that_is_not_listed_is_left_out()
    {
        var upload = await SignAsync(Source);
        (await upload.PutBlockAsync("1", [9, 9, 9])).Dispose();
        (await upload.PutBlockAsync("1", [1])).Dispose();
        (await upload.PutBlockAsync("2", [2])).Dispose();
        (await upload.PutBlockListAsync("1")).Dispose();
        Assert.Equal([1], await ReadAllAsync(await FindAsync(Source)));
    }

    [Fact]
    public async Task A_list_that_names_an_unknown_block_changes_nothing()
    {
        var before = await UploadAsync(Source, [7]);
        var upload = await SignAsync(Source);
        (await upload.PutBlockAsync("1", [1])).Dispose();
        using var refused = await upload.PutBlockListAsync("1", "2");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(before, await Store.FindAsync(Source, Cancel));

        (await upload.PutBlockAsync("2", [2])).Dispose();
        using var committed = await upload.PutBlockListAsync("1", "2");
        Assert.Equal(HttpStatusCode.Created, committed.StatusCode);
        Assert.Equal([1, 2], await ReadAllAsync(await FindAsync(Source)));
    }

    protected async Task<List<string>> NamesAsync(string prefix)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Store.ListAsync(BlobContainer.Uploads, prefix, cursor, 1_000, Cancel);
            names.AddRange(page.Items.Select(facts => facts.Name.Name));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return names;
    }

    protected async Task<byte[]> ReadAllAsync(BlobFacts facts)
    {
        var body = new byte[facts.Length];
        Assert.Equal(body.Length, await Store.ReadAsync(facts.Name, facts.ETag, 0, body, Cancel));
        return body;
    }
}
