using Fuzz;

namespace Media.Tests;

/// <summary>A short run of tests/Fuzz, and every input that ever failed in a long one.</summary>
public sealed class FuzzTests
{
    /// <summary>The promise is 50 ms of optimized code, which tests/Fuzz holds to it; here neither the code nor the machine is that quick.</summary>
    private const double FarTooMuchCpuMs = 2_000;

    [Fact]
    public void Mutated_files_break_no_promise()
    {
        var mutator = new Mutator([.. Corpus.Small.Select(File.ReadAllBytes)]);
        for (var i = 0; i < 2_000; i++)
        {
            var broken = Trial.Run(mutator.Next(seed: 20_261_120, i), out _, FarTooMuchCpuMs);
            Assert.True(broken is null, $"input {i}: {broken}");
        }
    }

    public static TheoryData<string> Rows => [.. EmptyBoxes.All];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_million_empty_boxes_break_no_promise(string row)
    {
        var broken = Trial.Run(EmptyBoxes.Of(row), out var cost, FarTooMuchCpuMs);
        Assert.True(broken is null, broken);
        Assert.True(cost.Requests > 0, $"{cost}");
    }

    [Fact]
    public void Inputs_that_failed_once_break_no_promise_any_more()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Corpus.Folder, "regressions"), "*.bin"))
        {
            var broken = Trial.Run(File.ReadAllBytes(file), out _, FarTooMuchCpuMs);
            Assert.True(broken is null, $"{Path.GetFileName(file)}: {broken}");
        }
    }
}
