using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Model.Tests.Review;
using Model.Tests.Subscriptions;
using SeriesFunctions.Core.Checkout;

namespace Model.Tests.Histories;

/// <summary>A kind of histories: what people do in them, and how one is played and judged.</summary>
public sealed record Game(string Name, IReadOnlyList<Act> Wheel, Func<History, TextWriter?, Verdict> Play)
{
    public static readonly Game Money = new("money", Generator.Money, Trial.Run);

    public static readonly Game Review = new("review", Generator.Review, ReviewTrial.Run);

    public static readonly Game Subscriptions = new("subscriptions", Generator.Subscriptions, SubscriptionTrial.Run);

    public History Make(ulong seed) => Generator.Make(seed, Wheel);

    public Verdict Run(History history) => Play(history, null);
}

/// <summary>Many histories from one seed, on every core.</summary>
public sealed class Campaign(Game game, ulong firstSeed, int histories)
{
    private readonly ConcurrentDictionary<(CheckoutState? From, CheckoutState To), bool> _moves = [];
    private readonly ConcurrentDictionary<PurchaseState, bool> _purchases = [];
    private readonly ConcurrentDictionary<string, bool> _seen = [];
    private long _calls;
    private long _payments;
    private long _days;
    private long _instants;
    private int _run;

    public IReadOnlySet<(CheckoutState? From, CheckoutState To)> Moves => _moves.Keys.ToHashSet();

    public IReadOnlySet<PurchaseState> Purchases => _purchases.Keys.ToHashSet();

    public IReadOnlySet<string> Seen => _seen.Keys.ToHashSet();

    /// <summary>At so many instants, over so many days of all histories, was everything compared.</summary>
    public (long Instants, long Days) Compared => (_instants, _days);

    public TimeSpan Took { get; private set; }

    /// <summary>The first history that fails, by its number; null when all are good. A history's seed is <c>firstSeed + its number</c>.</summary>
    public (int Number, History History, Verdict Verdict)? Run()
    {
        var started = Stopwatch.GetTimestamp();
        var failed = new ConcurrentBag<(int Number, History History, Verdict Verdict)>();
        Parallel.For(0, histories, (number, loop) =>
        {
            var history = game.Make(firstSeed + (ulong)number);
            var verdict = game.Run(history);
            Interlocked.Increment(ref _run);
            Interlocked.Add(ref _calls, verdict.Calls);
            Interlocked.Add(ref _payments, verdict.Payments);
            Interlocked.Add(ref _days, verdict.Days);
            Interlocked.Add(ref _instants, verdict.Instants);
            foreach (var move in verdict.Moves)
                _moves[move] = true;
            foreach (var purchase in verdict.Purchases)
                _purchases[purchase] = true;
            foreach (var seen in verdict.Seen)
                _seen[seen] = true;
            if (verdict.IsGood)
                return;
            failed.Add((number, history, verdict));
            loop.Break();
        });
        Took = Stopwatch.GetElapsedTime(started);
        return failed.IsEmpty ? null : failed.MinBy(failure => failure.Number);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{_run} histories of {Generator.Steps} steps, {_calls} calls of ports in chosen orders, {_payments} payments{(_instants > 0 ? $", {_instants} instants in {_days} days" : "")}, {Took.TotalSeconds:0.0} s");

    /// <summary>What a failure looks like to whoever has to mend it: what is wrong, and the least history that shows it.</summary>
    public static string Describe(Game game, (int Number, History History, Verdict Verdict) failure)
    {
        var shrunk = Shrinker.Shrink(failure.History, history => !game.Run(history).IsGood);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            History {failure.Number}, seed {failure.History.Seed}: {string.Join(" ", failure.Verdict.Violations)}
            Shrunk from {failure.History.Steps.Count} to {shrunk.Steps.Count} steps, it still says: {string.Join(" ", game.Run(shrunk).Violations)}
            {shrunk}
            """);
    }
}
