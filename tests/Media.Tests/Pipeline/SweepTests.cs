using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;

namespace Media.Tests.Pipeline;

/// <summary>What every event was lost for is found, and nothing that somebody knows is touched.</summary>
public sealed class SweepTests
{
    private static readonly byte[] Movie = Corpus.Read("h264-aac.mp4");

    private readonly Bench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_that_nobody_knows_is_kept_for_a_week_and_then_goes()
    {
        var video = await ReadyAsync("vid_1");
        string[] unknown = ["videos/vid_unknown", "covers/cov_unknown", "stray", "videos/a/b", "covers/vid_1"];
        foreach (var name in unknown)
            _bench.Media.Put(BlobName.Media(name), [1]);
        _bench.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.Equal(unknown.Length + 1, _bench.Media.Names.Count);
        _bench.Advance(TimeSpan.FromHours(2));
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.Equal([Video.Blob(video.Id).ToString()], _bench.Media.Names);
        Assert.NotNull((await _bench.FileAsync(video))!.Sha256);
    }

    [Fact]
    public async Task A_blob_whose_record_is_gone_goes_with_all_that_is_known_of_it()
    {
        var video = await ReadyAsync("vid_1");
        await _bench.Records.SaveAsync(new Batch(Video.In(Bench.Creator)).Delete(Video.DocumentId(video.Id)), Cancel);
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.Single(_bench.Media.Names);
        _bench.Advance(TimeSpan.FromHours(2));
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.Empty(_bench.Media.Names);
        Assert.Null(await _bench.FileAsync(video));
    }

    [Fact]
    public async Task An_accepted_file_that_nobody_hashes_is_hashed()
    {
        var video = await _bench.AnnounceAsync(Movie.Length);
        await _bench.Validate.HandleAsync(_bench.Put(video, Movie), Cancel);
        // Its message is a dead letter.
        _bench.MediaTrouble.FailsAt = _bench.MediaTrouble.Calls + 1;
        _bench.MediaTrouble.Lasts = true;
        await _bench.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Single(_bench.DeadLetters);
        _bench.MediaTrouble.FailsAt = 0;
        _bench.Advance(TimeSpan.FromHours(2));
        await _bench.Sweep.HandleAsync(Cancel);
        await _bench.DeliverAsync();
        Assert.NotNull((await _bench.FileAsync(video))!.Sha256);
    }

    [Fact]
    public async Task A_sweep_goes_on_where_it_was_and_rests_when_it_is_through()
    {
        for (var i = 0; i < 1_000; i++)
            _bench.Media.Put(BlobName.Media($"stray/{i:D4}"), [1]);
        _bench.Advance(TimeSpan.FromDays(8));
        var left = new List<int>();
        for (var run = 0; run < 3; run++)
        {
            await _bench.Sweep.HandleAsync(Cancel);
            left.Add(_bench.Media.Names.Count);
        }
        Assert.Equal([600, 200, 0], left);
        var calls = _bench.MediaTrouble.Calls;
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.Equal(calls, _bench.MediaTrouble.Calls);
        _bench.Advance(TimeSpan.FromHours(1));
        await _bench.Sweep.HandleAsync(Cancel);
        Assert.True(_bench.MediaTrouble.Calls > calls);
    }

    private async Task<Video> ReadyAsync(string id)
    {
        var video = await _bench.AnnounceAsync(Movie.Length, id);
        await _bench.TellAsync(_bench.Put(video, Movie));
        await _bench.DeliverAsync();
        return video;
    }
}
