using SeriesFunctions.Core.Media;

namespace Media.Tests.Pipeline;

/// <summary>From the committed upload to the hashed video, with failures at every call and events in every order. Finds videos that stay in validating and files that are mixed up.</summary>
public sealed class UploadPipelineTests
{
    private static readonly byte[] WithSound = Corpus.Read("h264-aac.mp4");

    /// <summary>Another accepted video of the same size: what is behind a complete movie does no harm.</summary>
    private static readonly byte[] Silent = [.. Corpus.Read("h264-silent.mp4"), .. new byte[WithSound.Length - Corpus.Read("h264-silent.mp4").Length]];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_accepted_upload_ends_ready_moved_and_hashed()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        await bench.TellAsync(bench.Put(video, WithSound));
        await bench.DeliverAsync();
        await bench.IsReadyAsync(video, WithSound);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whichever_call_fails_once_the_video_is_ready_in_the_end(bool ofMedia, bool afterwards)
    {
        for (var call = 1; ; call++)
        {
            var bench = new Bench(sliceBytes: 10_000);
            var video = await bench.AnnounceAsync(WithSound.Length);
            var told = bench.Put(video, WithSound);
            await bench.TellAsync(told);
            var trouble = ofMedia ? bench.MediaTrouble : bench.StoreTrouble;
            (trouble.FailsAt, trouble.FailsAfterwards) = (trouble.Calls + call, afterwards);
            await bench.PassAsync(TimeSpan.FromMinutes(2));
            var reached = trouble.Calls >= trouble.FailsAt;
            trouble.FailsAt = 0;
            await bench.IsReadyAsync(video, WithSound);
            if (!reached)
            {
                Assert.InRange(call, 5, 200);
                return;
            }
        }
    }

    [Fact]
    public async Task An_event_that_comes_twice_or_late_changes_nothing_more()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var told = bench.Put(video, WithSound);
        await bench.TellAsync(told);
        await bench.TellAsync(told);
        await bench.DeliverAsync();
        var etag = bench.Media.Facts(Video.Blob(video.Id)).ETag;
        bench.Advance(TimeSpan.FromDays(3));
        await bench.TellAsync(told);
        await bench.DeliverAsync();
        await bench.IsReadyAsync(video, WithSound);
        Assert.Equal(etag, bench.Media.Facts(Video.Blob(video.Id)).ETag);
    }

    [Fact]
    public async Task Events_out_of_order_are_about_what_is_there()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var first = bench.Put(video, WithSound);
        var second = bench.Put(video, Silent);
        await bench.TellAsync(second);
        await bench.TellAsync(first);
        await bench.DeliverAsync();
        await bench.IsReadyAsync(video, Silent);
        Assert.Null((await bench.FindAsync(video))!.Facts!.AudioCodec);
    }

    [Fact]
    public async Task An_upload_that_is_overwritten_while_it_is_read_is_judged_by_its_new_content()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var first = bench.Put(video, new byte[WithSound.Length]);
        bench.Media.Read = () => bench.TellAsync(bench.Put(video, WithSound));
        await bench.TellAsync(first);
        await bench.PassAsync(TimeSpan.FromSeconds(30));
        await bench.IsReadyAsync(video, WithSound);
    }

    [Fact]
    public async Task An_upload_that_is_overwritten_after_its_ready_changes_nothing()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        await bench.TellAsync(bench.Put(video, WithSound));
        await bench.DeliverAsync();
        await bench.TellAsync(bench.Put(video, Silent));
        await bench.DeliverAsync();
        await bench.IsReadyAsync(video, WithSound);
    }

    [Fact]
    public async Task Two_validations_of_two_versions_leave_facts_that_are_those_of_the_file()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var first = bench.Put(video, WithSound);
        // The first has been copied and not yet recorded when the second is validated from beginning to end.
        bench.Media.Copied = async () =>
        {
            var second = bench.Put(video, Silent);
            await bench.Validate.HandleAsync(second, Cancel);
        };
        await bench.TellAsync(first);
        await bench.PassAsync(TimeSpan.FromSeconds(30));
        await bench.IsReadyAsync(video, WithSound);
        Assert.Equal("aac", (await bench.FindAsync(video))!.Facts!.AudioCodec);
    }

    [Fact]
    public async Task An_event_for_a_deleted_video_leaves_nothing_behind()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var told = bench.Put(video, WithSound);
        await DeleteAsync(bench, video);
        await bench.TellAsync(told);
        await bench.DeliverAsync();
        Assert.Empty(bench.Media.Names);
        Assert.Null(await bench.FindAsync(video));
        Assert.Null(await bench.FileAsync(video));
    }

    [Fact]
    public async Task A_video_that_is_deleted_in_the_middle_of_its_validation_leaves_nothing_behind()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        bench.Media.Copied = () => DeleteAsync(bench, video);
        await bench.TellAsync(bench.Put(video, WithSound));
        await bench.PassAsync(TimeSpan.FromMinutes(15));
        await bench.Sweep.HandleAsync(Cancel);
        Assert.Empty(bench.Media.Names);
        Assert.Null(await bench.FindAsync(video));
        Assert.Null(await bench.FileAsync(video));
        Assert.Empty(bench.DeadLetters);
    }

    [Fact]
    public async Task Deleting_a_video_removes_its_file_and_its_hash()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        await bench.TellAsync(bench.Put(video, WithSound));
        await bench.DeliverAsync();
        var sha256 = (await bench.FileAsync(video))!.Sha256!;
        await DeleteAsync(bench, video);
        await bench.DeliverAsync();
        Assert.Empty(bench.Media.Names);
        Assert.Empty(await bench.Files.SameAsync(sha256, 10, Cancel));
        // All that is left says that the id was used.
        Assert.NotNull(await bench.Records.FindAsync<GoneVideo>(Video.In(Bench.Creator), GoneVideo.DocumentId(video.Id), Cancel));
        Assert.Equal(1, bench.Documents.Count);
    }

    private static async Task DeleteAsync(Bench bench, Video video)
    {
        var stored = (await bench.Videos.FindAsync(Bench.Creator, video.Id, Cancel))!;
        Assert.Null((await bench.Delete.HandleAsync(Bench.Creator, video.Id, stored.ETag, Cancel)).Problem);
    }
}
