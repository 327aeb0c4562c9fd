using Model.Tests.Histories;

namespace Model.Tests;

/// <summary>Two instances of the app over one store, the etag the only lock. Finds a lock that was dropped: with it gone, one cart in a few becomes two orders.</summary>
public sealed class InterleavingTests
{
    /// <summary>Ten thousand: <c>dotnet run -c Release --project tests/Model.Tests -- --interleavings 10000</c>.</summary>
    private const int InEveryRun = 1_000;

    [Fact]
    public void A_cart_that_two_instances_complete_at_once_is_one_order_settled_once()
    {
        var (different, wrong) = Interleaving.RunMany(firstSeed: 1, InEveryRun);
        Assert.Null(wrong);
        Assert.True(different > InEveryRun * 9 / 10, $"only {different} orders of calls were different");
    }
}
