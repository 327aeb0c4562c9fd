using Model.Tests.Histories;

namespace Model.Tests;

/// <summary>Random histories of people, processes and a provider, each compared at its end with the provider's books and the rules.</summary>
public sealed class HistoryTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(40)]
    public void A_seed_is_the_same_history_every_time(ulong seed)
    {
        var first = Trial.Run(Generator.Make(seed));
        var second = Trial.Run(Generator.Make(seed));
        Assert.Equal((first.Trace, first.Calls, first.Payments), (second.Trace, second.Calls, second.Payments));
        Assert.True(first.Calls > 100);
    }
}
