using System.Security.Cryptography;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;

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
        await AssertReadyAsync(bench, video, WithSound);
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
            await AssertReadyAsync(bench, video, WithSound);
            if (!reached)
            {
                Assert.InRange(call, 5, 200);
                return;
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_goes_away_nothing_stays_in_validating_for_more_than_five_minutes(bool media)
    {
        for (var call = 1; call <= 12; call++)
        {
            var bench = new Bench();
            var video = await bench.AnnounceAsync(WithSound.Length);
            await bench.TellAsync(bench.Put(video, WithSound));
            var trouble = media ? bench.MediaTrouble : bench.StoreTrouble;
            (trouble.FailsAt, trouble.Lasts) = (trouble.Calls + call, true);
            await bench.PassAsync(TimeSpan.FromMinutes(6), () => media ? AssertNotStuckAsync(bench, video) : Task.CompletedTask);
            trouble.FailsAt = 0;
            await AssertNotStuckAsync(bench, video);
            var ended = (await bench.FindAsync(video))!;
            if (ended.Status == UploadStatus.Rejected)
                Assert.Equal("validation-timed-out", Assert.Single(ended.Problems).Code);

            // Whatever it came to stays, and nothing is left lying about.
            await bench.PassAsync(TimeSpan.FromMinutes(15));
            await bench.Sweep.HandleAsync(Cancel);
            await bench.DeliverAsync();
            var settled = (await bench.FindAsync(video))!;
            Assert.True(settled.Status is UploadStatus.Ready or UploadStatus.Rejected or UploadStatus.AwaitingUpload, settled.Status.ToString());
            Assert.Equal(settled.Status == UploadStatus.Ready, bench.Media.Bytes(Video.Blob(video.Id)) is not null);
            if (ended.Status != UploadStatus.AwaitingUpload)
                Assert.Equal(ended.Status, settled.Status);
        }
    }

    [Fact]
    public async Task A_validation_that_nobody_ends_is_over_for_whoever_looks()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        var told = bench.Put(video, WithSound);
        bench.MediaTrouble.FailsAt = bench.MediaTrouble.Calls + 2;
        await bench.TellAsync(told);
        await bench.DeliverAsync();
        bench.QueueStands = true;
        Assert.Equal(UploadStatus.Validating, (await bench.FindAsync(video))!.Status);
        bench.Advance(TimeSpan.FromMinutes(4));
        var page = await bench.Videos.ListAsync(Bench.Creator, new(10, null), Cancel);
        Assert.True(page.IsOk(out var videos, out _));
        Assert.Equal(UploadStatus.Rejected, Assert.Single(videos.Items).Status);
        var seen = (await bench.FindAsync(video))!;
        Assert.Equal((UploadStatus.Rejected, "validation-timed-out"), (seen.Status, Assert.Single(seen.Problems).Code));
        Assert.True(seen.Problems[0].Detail.Length > 20);

        // What was shown as rejected does not come back to life when the queue does.
        bench.QueueStands = false;
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(UploadStatus.Rejected, (await bench.FindAsync(video))!.Status);
        Assert.Empty(bench.Media.Names);
    }

    [Fact]
    public async Task A_cover_whose_validation_does_not_end_is_rejected_with_its_reason()
    {
        var bench = new Bench();
        var cover = new Cover("cov_1", new("ser_1"), Bench.Creator, "cover.jpg", "image/jpeg", 3, UploadStatus.AwaitingUpload, null, [], bench.Now, bench.Now + TimeSpan.FromHours(24));
        await bench.Records.SaveAsync(new Batch(new($"series|{cover.SeriesId}")).Create(Cover.DocumentId(cover.Id), cover, cover.Sort), Cancel);
        var put = bench.Media.Put(cover.Upload, [0xFF, 0xD8, 0xFF]);
        (bench.MediaTrouble.FailsAt, bench.MediaTrouble.Lasts) = (bench.MediaTrouble.Calls + 2, true);
        await bench.TellAsync(new(cover.Upload.Name, put.ETag));
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        bench.MediaTrouble.FailsAt = 0;
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        var ended = (await bench.Records.FindAsync<Cover>(new($"series|{cover.SeriesId}"), Cover.DocumentId(cover.Id), Cancel))!.Value;
        Assert.Equal((UploadStatus.Rejected, "validation-timed-out"), (ended.Status, Assert.Single(ended.Problems).Code));
        Assert.Empty(bench.Media.Names);
    }

    [Fact]
    public async Task A_case_waits_for_a_hash_that_is_under_way_but_not_for_ever()
    {
        var bench = new Bench();
        var options = new ModerationOptions();
        var files = new RevisionFiles(bench.Files, options);
        var content = new SeriesContent("Bowls", "", "general", null, null, [new(new("vid_1"), "Bowl", 30_000)]);
        var revision = new SeriesRevision(new("ser_1"), 1, Bench.Creator, content, bench.Now, BasedOn: 0, Changes: null);
        await bench.Files.NoteAsync(new(MediaFile.Videos, Bench.Creator.Value, "vid_1", bench.Now), Cancel);
        Assert.True(await files.MustWaitAsync(revision, bench.Now, Cancel));
        Assert.True(await files.MustWaitAsync(revision, bench.Now + options.ContentHashPatience - TimeSpan.FromTicks(1), Cancel));
        Assert.False(await files.MustWaitAsync(revision, bench.Now + options.ContentHashPatience, Cancel));
        var unhashed = await new KnownBadContentCheck(files, new(bench.Records, bench.Clock), options).LookAsync(new(revision, ProgrammeStatus.Approved), Cancel);
        Assert.Equal((false, false), (unhashed.Passed, unhashed.Clear));

        var noted = (await bench.Files.FindAsync("vid_1", Cancel))!;
        await bench.Records.SaveAsync(new Batch(MediaFile.In("vid_1")).Replace(MediaFile.DocumentId, noted.Value with { Sha256 = new string('a', 64) }, noted.ETag), Cancel);
        Assert.False(await files.MustWaitAsync(revision, bench.Now, Cancel));
        Assert.True((await new KnownBadContentCheck(files, new(bench.Records, bench.Clock), options).LookAsync(new(revision, ProgrammeStatus.Approved), Cancel)).Passed);
    }

    [Fact]
    public async Task A_watchdog_that_comes_too_early_comes_again()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        await bench.Records.SaveAsync(new Batch(Video.In(Bench.Creator)).Emit(new UploadDue("videos", Bench.Creator.Value, video.Id.Value), bench.Now), Cancel);
        await bench.DeliverAsync();
        Assert.Equal(UploadStatus.AwaitingUpload, (await bench.FindAsync(video))!.Status);
        bench.Advance(TimeSpan.FromHours(24));
        await bench.DeliverAsync();
        var ended = (await bench.FindAsync(video))!;
        Assert.Equal((UploadStatus.Rejected, "upload-expired"), (ended.Status, Assert.Single(ended.Problems).Code));
        Assert.Empty(bench.DeadLetters);
    }

    [Fact]
    public async Task A_file_that_nobody_was_told_of_is_validated_when_its_ticket_ends()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(WithSound.Length);
        bench.Advance(TimeSpan.FromHours(23.9));
        bench.Put(video, WithSound);
        bench.Advance(TimeSpan.FromHours(0.2));
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        await AssertReadyAsync(bench, video, WithSound);
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
        await AssertReadyAsync(bench, video, WithSound);
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
        await AssertReadyAsync(bench, video, Silent);
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
        await AssertReadyAsync(bench, video, WithSound);
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
        await AssertReadyAsync(bench, video, WithSound);
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
        await AssertReadyAsync(bench, video, WithSound);
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

    private static async Task AssertNotStuckAsync(Bench bench, Video video)
    {
        var seen = (await bench.FindAsync(video))!;
        Assert.False(
            seen.Status == UploadStatus.Validating && bench.Now > seen.ValidatingSince + TimeSpan.FromMinutes(5),
            $"still validating {bench.Now - seen.ValidatingSince} after it began");
    }

    private static async Task AssertReadyAsync(Bench bench, Video video, byte[] bytes)
    {
        var seen = (await bench.FindAsync(video))!;
        Assert.Equal(UploadStatus.Ready, seen.Status);
        Assert.Empty(seen.Problems);
        Assert.Equal(bytes.Length, seen.Facts!.SizeBytes);
        Assert.Equal([Video.Blob(video.Id).ToString()], bench.Media.Names);
        Assert.Equal(bytes, bench.Media.Bytes(Video.Blob(video.Id)));
        var file = (await bench.FileAsync(video))!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
        Assert.Null(file.Hashing);
        Assert.Equal(video.Id.Value, Assert.Single(await bench.Files.SameAsync(file.Sha256!, 10, Cancel)).Id);
        Assert.Empty(bench.DeadLetters);
    }
}
