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
