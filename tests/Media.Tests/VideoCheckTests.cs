using SeriesFunctions.Core.Media;

namespace Media.Tests;

public sealed class VideoCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("h264-aac.mp4")]
    [InlineData("h264-aac-moov-last.mp4")]
    [InlineData("h264-aac-moov-first.mov")]
    [InlineData("hevc-hvc1.mp4")]
    [InlineData("fragmented-mfra.mp4")]
    [InlineData("fragmented-no-index.mp4")]
    [InlineData("fragmented-sidx.mp4")]
    [InlineData("fragmented-one-track-each.mp4")]
    [InlineData("fragmented-first-in-moov.mp4")]
    public async Task A_file_cut_short_is_refused_wherever_it_was_cut(string file)
    {
        var whole = Corpus.Read(file);
        for (var point = 1; point <= 20; point++)
        {
            var cut = whole.AsMemory(0, whole.Length * point / 21);
            var verdict = await CheckAsync(cut);
            Assert.True(verdict.Problems.Any(problem => problem.Code == "truncated"), $"cut at {cut.Length} of {whole.Length}: {string.Join(',', verdict.Problems)}");
        }
        // One byte is enough.
        Assert.Contains((await CheckAsync(whole.AsMemory(0, whole.Length - 1))).Problems, problem => problem.Code == "truncated");
    }

    [Fact]
    public async Task All_problems_are_told_at_once()
    {
        var limits = new VideoLimits { MaxBytes = 1_000, MinShortSide = 720, VideoCodecs = ["av1"], AudioCodecs = ["opus"], MinDuration = TimeSpan.FromMinutes(1) };
        var verdict = await VideoCheck.RunAsync(new MemorySource(Corpus.Read("encrypted-cenc.mp4")), 1, limits, Token);
        Assert.Equal(
            ["size-mismatch", "too-large", "codec-unsupported", "codec-unsupported", "encrypted", "too-small-picture", "too-short"],
            verdict.Problems.Select(problem => problem.Code));
        Assert.NotNull(verdict.Facts);
    }

    [Fact]
    public async Task A_size_other_than_announced_is_told()
    {
        var bytes = Corpus.Read("h264-aac.mp4");
        var verdict = await VideoCheck.RunAsync(new MemorySource(bytes), bytes.Length + 1, new VideoLimits(), Token);
        Assert.Equal("size-mismatch", Assert.Single(verdict.Problems).Code);
    }

    [Theory]
    [InlineData(4L << 30, true)]
    [InlineData((4L << 30) + 1, false)]
    public async Task Four_gigabytes_are_taken_and_read_as_cheaply_as_a_small_file(long length, bool isTaken)
    {
        var (head, media, movie) = Parts(Corpus.Read("h264-aac-moov-last.mp4"));
        var mediaSize = length - head.Length - movie.Length;
        byte[] header = [0, 0, 0, 1, .. "mdat"u8, .. BitConverter.GetBytes(mediaSize).Reverse()];
        var source = new CountingSource(new SparseSource(length, (0, head), (head.Length, [.. header, .. media]), (length - movie.Length, movie)));

        var verdict = await VideoCheck.RunAsync(source, length, new VideoLimits(), Token);

        Assert.Equal(isTaken ? [] : ["too-large"], verdict.Problems.Select(problem => problem.Code));
        Assert.Equal(30_000, verdict.Facts!.DurationMs);
        Assert.Equal(2, source.Requests);
        Assert.InRange(source.Bytes, 1, 128 * 1024);
    }

    [Fact]
    public async Task A_gigabyte_of_user_data_in_front_of_the_tracks_is_hopped_over()
    {
        var (head, _, movie) = Parts(Corpus.Read("h264-aac-moov-last.mp4"));
        const int UserData = 1 << 30;
        // moov's header and mvhd, udta, then the tracks.
        var mvhdEnd = 8 + BigEndian(movie, 8);
        byte[] start = [.. BitConverter.GetBytes(movie.Length + UserData).Reverse(), .. movie[4..mvhdEnd], .. BitConverter.GetBytes(UserData).Reverse(), .. "udta"u8];
        byte[] mdat = [0, 0, 0, 12, .. "mdat"u8, 1, 2, 3, 4];
        var moov = head.Length + mdat.Length;
        var length = (long)moov + movie.Length + UserData;
        var source = new CountingSource(new SparseSource(length, (0, [.. head, .. mdat]), (moov, start), (moov + mvhdEnd + (long)UserData, movie[mvhdEnd..])));

        var verdict = await VideoCheck.RunAsync(source, length, new VideoLimits(), Token);

        Assert.Equal(30_000, verdict.Facts!.DurationMs);
        Assert.Equal(2, source.Requests);
    }

    [Fact]
    public async Task A_picture_lying_on_its_side_is_measured_as_viewers_see_it()
    {
        var facts = (await CheckAsync(Corpus.Read("rotated-90.mp4"))).Facts!;
        Assert.Equal((640, 360, 90), (facts.Width, facts.Height, facts.Rotation));
        Assert.Equal((360, 640), (facts.DisplayWidth, facts.DisplayHeight));
    }

    [Fact]
    public async Task Data_that_a_camera_puts_behind_the_movie_does_no_harm()
    {
        foreach (var file in (string[])["h264-aac.mp4", "h264-aac-moov-last.mp4"])
        {
            foreach (var trailer in (byte[][])[[1, 2, 3], new byte[100], "CameraModel=X100;Firmware=2"u8.ToArray()])
                Assert.Empty((await CheckAsync((byte[])[.. Corpus.Read(file), .. trailer])).Problems);
        }
    }

    [Fact]
    public async Task Every_track_is_described()
    {
        var facts = (await CheckAsync(Corpus.Read("several-tracks.mp4"))).Facts!;
        Assert.Equal(
            [("video", "h264", 30_000), ("audio", "aac", 30_000), ("audio", "opus", 30_000), ("sbtl", "tx3g", 4_000), ("text", "text", 30_000)],
            facts.Tracks.Select(track => (track.Kind, track.Codec, track.DurationMs)));
        Assert.Equal(10, facts.FrameRate);
    }

    [Fact]
    public async Task A_store_that_gives_less_than_it_promised_is_a_file_cut_short()
    {
        var bytes = Corpus.Read("h264-aac.mp4");
        var verdict = await VideoCheck.RunAsync(new SparseLie(bytes), bytes.Length + 1_000_000, new VideoLimits(), Token);
        Assert.Contains(verdict.Problems, problem => problem.Code == "truncated");
    }

    [Fact]
    public async Task An_outage_of_the_store_is_not_a_verdict() =>
        await Assert.ThrowsAsync<MediaUnavailableException>(async () => await VideoCheck.RunAsync(new Outage(), 1_000, new VideoLimits(), Token));

    [Fact]
    public async Task Cancelling_ends_the_check() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await VideoCheck.RunAsync(new MemorySource(Corpus.Read("h264-aac.mp4")), 1, new VideoLimits(), new CancellationToken(canceled: true)));

    private static ValueTask<VideoVerdict> CheckAsync(ReadOnlyMemory<byte> bytes) =>
        VideoCheck.RunAsync(new MemorySource(bytes), bytes.Length, new VideoLimits(), Token);

    /// <summary>What stands in front of the media, the media, and the movie header behind it.</summary>
    private static (byte[] Head, byte[] Media, byte[] Movie) Parts(byte[] file)
    {
        var mdat = 0;
        while (!file.AsSpan(mdat + 4, 4).SequenceEqual("mdat"u8))
            mdat += BigEndian(file, mdat);
        var moov = mdat + BigEndian(file, mdat);
        return (file[..mdat], file[(mdat + 8)..moov], file[moov..]);
    }

    private static int BigEndian(byte[] bytes, int at) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private sealed class SparseLie(byte[] bytes) : IRangeSource
    {
        private readonly MemorySource _inner = new(bytes);

        public long Length => bytes.Length + 1_000_000;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => _inner.ReadAsync(offset, buffer, cancellationToken);
    }

    private sealed class Outage : IRangeSource
    {
        public long Length => 1_000;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
            throw new MediaUnavailableException("The store is away.");
    }
}
