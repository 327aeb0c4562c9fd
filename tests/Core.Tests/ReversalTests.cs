using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;

namespace Core.Tests;

/// <summary>A decision and its reversal come off a queue in either order, and twice. Finds a removal that takes a series down although it was reversed already, and one that is lifted while another holds.</summary>
public sealed class ReversalTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CaseId First = new("cas_first"), Second = new("cas_second"), Submission = new("cas_submission");

    private static readonly Series OnSale = new(
        new("ser_1"), new("creator"), SeriesState.Published, Money.Usd(999), new("Ceramics", "From clay to bowl.", "crafts", "cov_1", null, [new(new("vid_1"), "A bowl", 60_000)]),
        DraftState.Approved, 1, 1, [], Now, Now, Now, null, 3);

    [Fact]
    public void A_removal_that_comes_after_its_reversal_takes_nothing_down()
    {
        var reversed = Undo(OnSale, First);
        Assert.Equal(SeriesState.Published, reversed.State);

        Assert.Equal("reversed", Reversal.Remove(reversed, First, withheld: false, Note(First), Now).Problem?.Code);
        Assert.Equal("reversed", Reversal.Flag(reversed, Note(First), Now).Problem?.Code);
        Assert.Equal(SeriesState.Removed, Remove(reversed, Second).State);
    }

    [Fact]
    public void It_comes_back_when_the_last_of_two_removals_is_reversed_whichever_that_is()
    {
        foreach (var (one, other) in new[] { (First, Second), (Second, First) })
        {
            var held = Undo(Remove(Remove(OnSale, First), Second), one);
            Assert.Equal((SeriesState.Removed, other), (held.State, held.ReviewNote!.CaseId!.Value));
            Assert.Same(held, Undo(held, one));

            var back = Undo(held, other);
            Assert.Equal((OnSale.State, null, null), (back.State, back.Removal, back.ReviewNote));
        }
    }

    private static Series Remove(Series series, CaseId decision) => Reversal.Remove(series, decision, withheld: false, Note(decision), Now).IsOk(out var removed, out _) ? removed : series;

    private static Series Undo(Series series, CaseId decision) =>
        Reversal.Undo(series, new(decision, Revision: 1, WasRemoval: true, WasOfSubmission: false), Submission, revision: null, shown: null, handle: null, Now).Series;

    private static ReviewNote Note(CaseId decision) => new(1, "spam", "No.", Now, decision);
}
