using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;

namespace Media.Tests.Pipeline;

/// <summary>Validations that nobody ends, and uploads that nobody was told of. Finds a file that is in validating for ever.</summary>
public sealed class UploadWatchdogTests
{
    private static readonly byte[] Movie = Corpus.Read("h264-aac.mp4");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_goes_away_nothing_stays_in_validating_for_more_than_five_minutes(bool media)
    {
        for (var call = 1; call <= 12; call++)
        {
            var bench = new Bench();
            var video = await bench.AnnounceAsync(Movie.Length);
            await bench.TellAsync(bench.Put(video, Movie));
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
        var video = await bench.AnnounceAsync(Movie.Length);
        var told = bench.Put(video, Movie);
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
    public async Task A_watchdog_that_comes_too_early_comes_again()
    {
        var bench = new Bench();
        var video = await bench.AnnounceAsync(Movie.Length);
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
        var video = await bench.AnnounceAsync(Movie.Length);
        bench.Advance(TimeSpan.FromHours(23.9));
        bench.Put(video, Movie);
        bench.Advance(TimeSpan.FromHours(0.2));
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        await bench.IsReadyAsync(video, Movie);
    }

    private static async Task AssertNotStuckAsync(Bench bench, Video video)
    {
        var seen = (await bench.FindAsync(video))!;
        Assert.False(
            seen.Status == UploadStatus.Validating && bench.Now > seen.ValidatingSince + TimeSpan.FromMinutes(5),
            $"still validating {bench.Now - seen.ValidatingSince} after it began");
    }
}
