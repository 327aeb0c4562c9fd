using System.Security.Cryptography;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Media.Hashing;
using SeriesFunctions.Core.Moderation;

namespace Media.Tests.Pipeline;

/// <summary>The hash that can be gone on with: the same as the runtime's, whatever the pieces, and read once.</summary>
public sealed class HashingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_the_standard_hold(string text, string hash)
    {
        var state = new Sha256State();
        state.Append(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(hash, state.Finish());
    }

    [Fact]
    public void Any_pieces_and_any_pauses_give_the_hash_of_the_whole()
    {
        var random = new Random(7);
        for (var length = 0; length < 400; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var state = new Sha256State();
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(random.Next(1, 150), length - at);
                state.Append(bytes.AsSpan(at, piece));
                at += piece;
                var exported = state.Export();
                Assert.InRange(exported.Length, 1, 140);
                state = Sha256State.Resume(exported);
                Assert.Equal(at, state.Length);
            }
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), state.Finish());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    public void What_is_no_state_is_refused(string text) => Assert.Throws<FormatException>(() => Sha256State.Resume(text));

    [Fact]
    public async Task A_file_is_hashed_in_slices_and_read_once()
    {
        var bench = new Bench(sliceBytes: 70_001);
        var (video, bytes) = await AcceptedAsync(bench);
        var before = bench.Media.BytesRead;
        await bench.DeliverAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (await bench.FileAsync(video))!.Sha256);
        Assert.Equal(bytes.Length, bench.Media.BytesRead - before);
    }

    [Fact]
    public async Task A_failure_costs_the_slice_that_was_under_way_and_no_more()
    {
        var bench = new Bench(sliceBytes: 100_000);
        var (video, bytes) = await AcceptedAsync(bench);
        var before = bench.Media.BytesRead;
        // Each slice looks for the blob and reads it once; the third read fails after it was made.
        (bench.MediaTrouble.FailsAt, bench.MediaTrouble.FailsAfterwards) = (bench.MediaTrouble.Calls + 6, true);
        await bench.DeliverAsync();
        var stopped = (await bench.FileAsync(video))!;
        Assert.Null(stopped.Sha256);
        Assert.Equal(200_000, stopped.Offset);
        await bench.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (await bench.FileAsync(video))!.Sha256);
        Assert.Equal(bytes.Length + 100_000, bench.Media.BytesRead - before);
    }

    [Fact]
    public async Task A_message_of_an_earlier_slice_reads_nothing()
    {
        var bench = new Bench(sliceBytes: 100_000);
        var (video, _) = await AcceptedAsync(bench);
        await bench.DeliverAsync();
        var before = bench.Media.BytesRead;
        var hash = new HashContent(bench.Records, bench.Files, bench.Media, TimeProvider.System, bench.Options);
        await hash.HandleAsync(new(video.Id.Value, Bench.Creator, 0), Cancel);
        await hash.HandleAsync(new("vid_unknown", Bench.Creator, 0), Cancel);
        Assert.Equal(before, bench.Media.BytesRead);
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

    /// <summary>Half a megabyte that was accepted and is not hashed yet.</summary>
    private static async Task<(Video Video, byte[] Bytes)> AcceptedAsync(Bench bench)
    {
        var movie = Corpus.Read("h264-aac.mp4");
        byte[] bytes = [.. movie, .. new byte[500_000 - movie.Length]];
        var video = await bench.AnnounceAsync(bytes.Length);
        await bench.Validate.HandleAsync(bench.Put(video, bytes), Cancel);
        Assert.Equal(UploadStatus.Ready, (await bench.FindAsync(video))!.Status);
        return (video, bytes);
    }
}
