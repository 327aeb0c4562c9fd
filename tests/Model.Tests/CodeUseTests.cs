using Model.Tests.Memory;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Pricing;

namespace Model.Tests;

/// <summary>Uses of a code that were given back for good: the orders of committing and releasing that chance seldom brings about.</summary>
public sealed class CodeUseTests
{
    private static readonly UserId Buyer = new("viewer-0");
    private static readonly CheckoutId Paid = new("chk_1");

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PromoCode Code = new("cod_1", new("ser_1"), "CODE0", 50, AmountOff: null, Noon, EndsAt: null, Limit: 1, PerViewer: 1, Noon, EndedAt: null);

    private readonly CodeRecords _codes = new(new(new MemoryDocumentStore(TimeProvider.System)));

    [Fact]
    public async Task What_was_given_back_for_good_before_it_was_committed_is_never_committed()
    {
        await ReleaseAsync(forGood: true);
        Assert.False(await CommitAsync(Paid));
        Assert.Equal(CodeUses.None, await UsesAsync());
    }

    [Fact]
    public async Task A_use_that_was_committed_and_given_back_for_good_is_somebody_elses()
    {
        Assert.True(await CommitAsync(Paid));
        Assert.Equal(new CodeUses(Held: 0, Paid: 1), await UsesAsync());
        await ReleaseAsync(forGood: true);
        Assert.Equal(CodeUses.None, await UsesAsync());
        Assert.False(await CommitAsync(Paid));
        Assert.True(await CommitAsync(new("chk_2")));
    }

    [Fact]
    public async Task A_use_that_is_paid_for_stays_when_its_hold_runs_out()
    {
        Assert.True(await CommitAsync(Paid));
        await ReleaseAsync(forGood: false);
        Assert.Equal(new CodeUses(Held: 0, Paid: 1), await UsesAsync());
        Assert.True(await CommitAsync(Paid));
    }

    private ValueTask<bool> CommitAsync(CheckoutId checkout) => _codes.CommitAsync(Code, Buyer, null, checkout, Noon, TestContext.Current.CancellationToken);

    private ValueTask ReleaseAsync(bool forGood) => _codes.ReleaseAsync(Code.SeriesId, Code.Code, Buyer, null, Paid, forGood, Noon, TestContext.Current.CancellationToken);

    private async Task<CodeUses> UsesAsync() => await _codes.UsesAsync(Code, TestContext.Current.CancellationToken);
}
