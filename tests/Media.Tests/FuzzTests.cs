using Fuzz;

namespace Media.Tests;

/// <summary>A short run of tests/Fuzz, and every input that ever failed in a long one.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Mutated_files_break_no_promise()
    {
        var mutator = new Mutator([.. Corpus.Small.Select(File.ReadAllBytes)]);
        for (var i = 0; i < 2_000; i++)
        {
            var broken = Trial.Run(mutator.Next(seed: 20_261_120, i), out _);
            Assert.True(broken is null, $"input {i}: {broken}");
        }
    }

    /// <summary>As many of the smallest boxes as the read budget has room for, in each place where boxes are walked one by one.</summary>
    [Theory]
    [InlineData("free", 0)]
    [InlineData("moof", 0)]
    [InlineData("free", 8)]
    [InlineData("trak", 8)]
    [InlineData("mdat", 0)]
    public void A_row_of_a_million_empty_boxes_breaks_no_promise(string type, int inside)
    {
        var row = new byte[20 << 20];
        for (var i = 0; i < row.Length; i += 8)
        {
            row[i + 3] = 8;
            System.Text.Encoding.ASCII.GetBytes(type, row.AsSpan(i + 4));
        }
        byte[] ftyp = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 2, 0];
        byte[] input = inside == 0 ? [.. ftyp, .. row] : [.. ftyp, .. BitConverter.GetBytes(row.Length + 8).Reverse(), .. "moov"u8, .. row];
        var broken = Calmly(input, out var cost);
        Assert.True(broken is null, broken);
        Assert.True(cost.Requests > 1 || type == "trak", $"{cost}");
    }

    /// <summary>A fragmented file whose pieces are as many as they can be.</summary>
    [Theory]
    [InlineData("moof")]
    [InlineData("sidx")]
    [InlineData("free")]
    public void A_million_empty_boxes_behind_a_movie_header_break_no_promise(string type)
    {
        var row = new byte[20 << 20];
        for (var i = 0; i < row.Length; i += 8)
        {
            row[i + 3] = 8;
            System.Text.Encoding.ASCII.GetBytes(type, row.AsSpan(i + 4));
        }
        var broken = Calmly([.. Corpus.Read("fragmented-without-fragments.mp4"), .. row], out _);
        Assert.True(broken is null, broken);
    }

    /// <summary>Processor time is what the machine says it is, with a collection of garbage in it at times: over its limit three times is over its limit.</summary>
    private static string? Calmly(byte[] input, out Cost cost)
    {
        string? broken = null;
        cost = default!;
        for (var i = 0; i < 3; i++)
        {
            broken = Trial.Run(input, out cost);
            if (broken?.EndsWith("CPU", StringComparison.Ordinal) != true)
                break;
        }
        return broken;
    }

    [Fact]
    public void Inputs_that_failed_once_break_no_promise_any_more()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Corpus.Folder, "regressions"), "*.bin"))
        {
            var broken = Trial.Run(File.ReadAllBytes(file), out _);
            Assert.True(broken is null, $"{Path.GetFileName(file)}: {broken}");
        }
    }
}
