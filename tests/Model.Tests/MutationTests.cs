using Model.Tests.Histories;

namespace Model.Tests;

/// <summary>The deliberate bugs are run by hand; that each of them still changes something is seen in every run.</summary>
public sealed class MutationTests
{
    [Fact]
    public void Each_deliberate_bug_finds_the_code_that_it_changes_once()
    {
        Assert.Empty(Mutations.Outdated());
        Assert.True(Mutations.All.Count > 50);
    }
}
