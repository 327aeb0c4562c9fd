using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

public sealed class SortKeyTests
{
    /// <summary>Each is less than the next, and among them are beginnings of each other and what the escape is made of.</summary>
    private static readonly string[] s_sorts =
    [
        "", "\0", "\0\0", "\u0001", "\u0001a", "\u0002", "\u00020", "\u0003", " ", "0", "00", "0a", "A",
        "a", "a\0", "a\0b", "a\u0001", "a\u0002", "a\u0003", "a ", "a!", "aa", "b", "~",
    ];

    private static readonly string[] s_ids = ["!", "0", "a", "a!", "aa", "~", "~~"];

    [Fact]
    public void Stored_keys_are_in_the_order_of_sort_key_and_id()
    {
        var stored = s_sorts.SelectMany(sort => s_ids.Select(id => SortKey.Of(sort, id))).ToArray();

        Assert.Equal(stored.Order(StringComparer.Ordinal), stored);
        Assert.Distinct(stored);
    }

    [Fact]
    public void A_range_of_sort_keys_is_the_same_range_of_stored_ones()
    {
        foreach (var sort in s_sorts)
        {
            foreach (var bound in s_sorts)
                Assert.All(s_ids, id => Assert.Equal(IsLess(sort, bound), IsLess(SortKey.Of(sort, id), SortKey.Bound(bound))));
        }
    }

    [Fact]
    public void Nothing_lies_between_a_stored_key_and_what_comes_after_it()
    {
        var stored = s_sorts.SelectMany(sort => s_ids.Select(id => SortKey.Of(sort, id))).ToArray();

        for (var i = 0; i < stored.Length; i++)
        {
            Assert.True(IsLess(stored[i], SortKey.After(stored[i])));
            Assert.All(stored[(i + 1)..], greater => Assert.False(IsLess(greater, SortKey.After(stored[i]))));
        }
    }

    [Fact]
    public void A_stored_key_gives_the_sort_key_back() =>
        Assert.All(s_sorts, sort => Assert.Equal(sort, SortKey.SortOf(SortKey.Of(sort, "id"))));

    private static bool IsLess(string left, string right) => string.CompareOrdinal(left, right) < 0;
}
