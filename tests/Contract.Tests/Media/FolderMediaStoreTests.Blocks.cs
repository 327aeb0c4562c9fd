using System.Net;
using System.Text;
using System.Xml.Linq;
using SeriesFunctions.Core.Media;

namespace Contract.Tests.Media;

/// <summary>Uploads in blocks: resumed, repeated, given up, and lists that are none.</summary>
public sealed partial class FolderMediaStoreTests
{
    [Fact]
    public async Task An_upload_in_blocks_goes_on_after_a_restart()
    {
        var upload = await SignAsync(Blob);
        (await upload.PutBlockAsync("1", [1])).Dispose();
        await RestartAsync();
        upload = upload with { Url = Here(upload.Url) };
        Assert.Equal([("1", 1)], await UncommittedAsync(upload));
        (await upload.PutBlockAsync("2", [2])).Dispose();
        (await upload.PutBlockListAsync("1", "2")).Dispose();
        Assert.Equal([1, 2], await DownloadAsync(Blob));
        Assert.Empty(await UncommittedAsync(upload));
        Assert.Single(_told);
    }

    [Fact]
    public async Task A_block_list_that_was_put_together_can_be_sent_again()
    {
        var upload = await SignAsync(Blob);
        (await upload.PutBlockAsync("1", [1])).Dispose();
        (await upload.PutBlockListAsync("1")).Dispose();
        var facts = await FindAsync(Blob);
        using var again = await upload.PutBlockListAsync("1");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(facts, await Store.FindAsync(Blob, Cancel));
        Assert.Single(_told);
    }

    [Fact]
    public async Task Blocks_that_nobody_went_on_with_are_gone_after_seven_days()
    {
        var upload = await Store.SignUploadAsync(Blob, Mp4, Now.AddDays(30), Cancel);
        (await upload.PutBlockAsync("1", [1])).Dispose();
        _clock.Advance(TimeSpan.FromDays(6));
        await RestartAsync();
        Assert.Single(await UncommittedAsync(upload with { Url = Here(upload.Url) }));
        _clock.Advance(TimeSpan.FromDays(1.01));
        await RestartAsync();
        using var answer = await SignedUrls.With(Here(upload.Url), "comp=blocklist&blocklisttype=all").GetAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><BlockList><Latest>&y;</Latest></BlockList>")]
    [InlineData("<BlockList><Latest>MQ==</Latest>")]
    [InlineData("<Other/>")]
    [InlineData("not xml")]
    [InlineData("")]
    public async Task A_body_that_is_no_block_list_is_refused(string body)
    {
        using var answer = await (await SignAsync(Blob)).PutBlockListXmlAsync(body);
        await AssertProblemAsync(answer, HttpStatusCode.BadRequest, "bad-block-list");
    }

    private static async Task<List<(string Id, int Size)>> UncommittedAsync(SignedUpload upload)
    {
        using var answer = await SignedUrls.With(upload.Url, "comp=blocklist&blocklisttype=uncommitted").GetAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var xml = XDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return [.. xml.Root!.Element("UncommittedBlocks")!.Elements("Block")
            .Select(block => (Encoding.UTF8.GetString(Convert.FromBase64String(block.Element("Name")!.Value)), (int)block.Element("Size")!))];
    }
}
