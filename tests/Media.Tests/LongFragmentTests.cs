using System.Buffers.Binary;
using SeriesFunctions.Core.Media;

namespace Media.Tests;

/// <summary>Fragmented files without an index, of sizes that no corpus can hold: what finding the last fragment costs.</summary>
public sealed class LongFragmentTests
{
    [Theory]
    // Few fragments are gone through one by one.
    [InlineData(60, 20_000_000, 64, 640)]
    // The last of many is searched for from the end.
    [InlineData(600, 700_000, 6, 1_300)]
    [InlineData(1_000, 4_000_000, 12, 4_500)]
    // Neither is cheap when each of hundreds is huge.
    [InlineData(400, 10_000_000, 430, 13_000)]
    public async Task The_last_fragment_is_found_under_the_budget(int fragments, int mediaBytes, int mostRequests, int mostKiloBytes)
    {
        var (source, length) = File(fragments, mediaBytes);
        var counting = new CountingSource(source);

        var verdict = await VideoCheck.RunAsync(counting, length, new VideoLimits(), TestContext.Current.CancellationToken);

        Assert.Empty(verdict.Problems);
        Assert.Equal(fragments * 1_000, verdict.Facts!.DurationMs);
        Assert.InRange(counting.Requests, 1, mostRequests);
        Assert.InRange(counting.Bytes, 1, mostKiloBytes * 1024L);
    }

    [Fact]
    public async Task More_fragments_than_the_budget_allows_are_refused_rather_than_guessed_at()
    {
        var (source, length) = File(1_200, 9_000_000);
        var counting = new CountingSource(source);
        var verdict = await VideoCheck.RunAsync(counting, length, new VideoLimits { MaxBytes = long.MaxValue }, TestContext.Current.CancellationToken);
        Assert.Equal("corrupt", Assert.Single(verdict.Problems).Code);
        Assert.InRange(counting.Requests, 1, VideoCheck.MaxRequests);
        Assert.InRange(counting.Bytes, 1, VideoCheck.MaxBytes);
    }

    [Fact]
    public async Task A_long_file_cut_in_its_last_fragment_is_refused()
    {
        var (source, length) = File(600, 700_000);
        var cut = new Shortened(source, length - 300_000);
        var verdict = await VideoCheck.RunAsync(cut, length - 300_000, new VideoLimits(), TestContext.Current.CancellationToken);
        Assert.Equal("truncated", Assert.Single(verdict.Problems).Code);
    }

    /// <summary>An ordinary fragmented movie header, then fragments of one second each with media of zeros.</summary>
    private static (SparseSource Source, long Length) File(int fragments, int mediaBytes)
    {
        var head = Corpus.Read("fragmented-no-index.mp4");
        head = head[..(head.AsSpan().IndexOf("moof"u8) - 4)];
        var parts = new List<(long, byte[])> { (0, head) };
        long at = head.Length;
        for (var i = 0; i < fragments; i++)
        {
            byte[] fragment = [.. Fragment(i), .. Number(8 + mediaBytes), .. "mdat"u8];
            parts.Add((at, fragment));
            at += fragment.Length + mediaBytes;
        }
        return (new SparseSource(at, [.. parts]), at);
    }

    /// <summary>Ten samples of a tenth of a second, at 10,240 units a second.</summary>
    private static byte[] Fragment(int number)
    {
        byte[] tfhd = Box("tfhd", [0, 2, 0, 8, .. Number(1), .. Number(1_024)]);
        byte[] tfdt = Box("tfdt", [0, 0, 0, 0, .. Number(number * 10_240)]);
        byte[] trun = Box("trun", [0, 0, 0, 0, .. Number(10)]);
        return Box("moof", [.. Box("mfhd", [0, 0, 0, 0, .. Number(number + 1)]), .. Box("traf", [.. tfhd, .. tfdt, .. trun])]);
    }

    private static byte[] Box(string type, byte[] payload) => [.. Number(8 + payload.Length), .. System.Text.Encoding.ASCII.GetBytes(type), .. payload];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private sealed class Shortened(IRangeSource inner, long length) : IRangeSource
    {
        public long Length => length;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
            inner.ReadAsync(offset, buffer[..(int)Math.Clamp(length - offset, 0, buffer.Length)], cancellationToken);
    }
}
