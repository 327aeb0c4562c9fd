using System.Globalization;
using Model.Tests.Histories;
using Xunit.Runner.InProc.SystemConsole;

const int InCi = 2_000;
const int ReviewsInCi = 500;
const int SubscriptionsInMutations = 1_000;
// mutations [NAME]: puts deliberate bugs into a copy of the sources and expects each to be found. --histories N [--seed S]: so many histories, the first failure shrunk. --seeds S…: these, each failure shrunk. --interleavings N [--seed S]: so many orders in which two instances complete one cart. --trace S: every call of the shrunk one. Anything else is the test runner's.
// --review or --subscriptions anywhere: histories of authoring and review, or of subscriptions, instead of those of money.
var game = args.Contains("--review") ? Game.Review : args.Contains("--subscriptions") ? Game.Subscriptions : Game.Money;
args = [.. args.Where(argument => argument is not ("--review" or "--subscriptions"))];
if (args is ["mutations", ..])
    return Mutations.Run(
        game == Game.Money ? InCi : 0, game == Game.Subscriptions ? 0 : ReviewsInCi, game == Game.Review ? 0 : SubscriptionsInMutations, args is [_, var filter] ? filter : "");
if (args is ["--trace", var traced])
{
    var shrunk = Shrinker.Shrink(game.Make(ulong.Parse(traced, CultureInfo.InvariantCulture)), history => !game.Run(history).IsGood);
    Console.WriteLine(string.Join('\n', game.Play(shrunk, Console.Out).Violations));
    return 0;
}
if (args is ["--seeds", .. var seeds])
{
    var bad = 0;
    foreach (var seed in seeds.Select(seed => ulong.Parse(seed, CultureInfo.InvariantCulture)))
    {
        var history = game.Make(seed);
        if (game.Run(history) is not { IsGood: false } verdict)
            continue;
        bad++;
        Console.WriteLine(Campaign.Describe(game, (0, history, verdict)));
    }
    return bad;
}
if (args is ["--interleavings", var interleavings, ..])
{
    var first = args is [_, _, "--seed", var at] ? ulong.Parse(at, CultureInfo.InvariantCulture) : 1;
    var started = System.Diagnostics.Stopwatch.GetTimestamp();
    var (different, wrong) = Interleaving.RunMany(first, int.Parse(interleavings, CultureInfo.InvariantCulture));
    Console.WriteLine(wrong ?? string.Create(CultureInfo.InvariantCulture, $"{interleavings} interleavings of two instances over one store, {different} of them different: no double order, no double settlement; {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
    return wrong is null ? 0 : 1;
}
if (args is ["--histories", var histories, ..])
{
    var seed = args is [_, _, "--seed", var given, ..] ? ulong.Parse(given, CultureInfo.InvariantCulture) : 1;
    var campaign = new Campaign(game, seed, int.Parse(histories, CultureInfo.InvariantCulture));
    var failure = campaign.Run();
    Console.WriteLine(campaign);
    Console.WriteLine($"Seen: {string.Join(", ", campaign.Seen.Order(StringComparer.Ordinal))}");
    Console.WriteLine($"Moves of checkouts: {string.Join(", ", campaign.Moves.Order().Select(move => $"{move.From} → {move.To}"))}");
    if (failure is null)
        return 0;
    // A mutation's failure is only counted, not mended: shrinking it would be for nothing.
    Console.WriteLine(args.Contains("--as-it-is")
        ? $"History {failure.Value.Number}, seed {failure.Value.History.Seed}: {failure.Value.Verdict.Violations[0]}"
        : Campaign.Describe(game, failure.Value));
    return 1;
}
return await ConsoleRunner.Run(args);
