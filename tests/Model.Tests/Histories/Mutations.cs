using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Model.Tests.Running;
using Model.Tests.Subscriptions;

namespace Model.Tests.Histories;

/// <summary>A deliberate bug. <paramref name="File"/> null: a decorator of a port, or a way of the provider (see <see cref="Mutated"/>); else <paramref name="Old"/>, which the file must hold once, becomes <paramref name="New"/>. <paramref name="Review"/>, <paramref name="Subscriptions"/>: histories of that kind are to find it.</summary>
public sealed record Mutation(string Name, string? File = null, string Old = "", string New = "", bool Review = false, bool Subscriptions = false);

/// <summary>
/// Shows that the histories find bugs: each mutation goes into a copy of the sources, which is built and run, and must fail. The sources themselves are not touched, and
/// nothing of this is in the product.
/// </summary>
public static partial class Mutations
{
    private const string Core = "SeriesFunctions.Core.dll";

    public static readonly IReadOnlyList<Mutation> All =
    [
        new("skip the inbox check", "Checkout/Inbox.cs", "is not { Value.AppliedAt: null } stored || stored.Value.Tries != message.Try)", "is not { } stored)"),
        new(Mutated.BelieveThePayload),
        new(Mutated.DropTheEtag),
        new("round down", "Kernel/Money.cs", "(100 - percent) + 50) / 100", "(100 - percent)) / 100"),
        new("close the window at <=", "Pricing/Quote.cs", "StartsAt <= at && at < EndsAt", "StartsAt <= at && at <= EndsAt"),
        new("release nothing", "Pricing/CodeUses.cs", "            if (!holds && !ends)\n                return;", "            return;"),
        new("grant before compare", "Checkout/Settlement.cs", "if (payment.Amount != before.Checkout.Price)", "if (payment.Amount.Currency != before.Checkout.Price.Currency)"),
        new("grant before payment", "Checkout/Settlement.cs", "if (payment.Status != PaymentStatus.Succeeded)", "if (payment.Status == PaymentStatus.Failed)"),
        new("keep what was paid twice", "Checkout/Settlement.cs", "if (before.Access?.IsLive == true)", "if (before.Access?.IsLive == null)"),
        new("refund with a key of its own each time", "Checkout/Refunds.cs", "new(message.RefundId, message.PaymentId, message.Amount)", "new(Kernel.Ids.New(\"ref\", clock.GetUtcNow()), message.PaymentId, message.Amount)"),
        new("revoke at a partial refund", "Checkout/Aftermath.cs", "purchase.Refunded.Amount >= purchase.Amount.Amount", "purchase.Refunded.Amount > 0"),
        new("forget that a dispute was won", "Checkout/Aftermath.cs", "{ Dispute: DisputeStatus.Open } => PurchaseState.Disputed", "{ Dispute: DisputeStatus.Open or DisputeStatus.Won } => PurchaseState.Disputed"),
        new("commit more uses than the limit", "Pricing/CodeUses.cs", "all?.Value.Total >= code.Limit", "all?.Value.Total > code.Limit"),
        new("record a refund twice that was sent twice", "Checkout/Refunds.cs", "if (purchase.Value.Refunds.FirstOrDefault(r => r.Id == refundId) is { } twin)", "if (purchase.Value.Refunds.FirstOrDefault(r => r.Id == \"\") is { } twin)"),
        new("wait for ever for a bank that said no", "Checkout/EndCheckout.cs", "if (payment.Value is not { Status: PaymentStatus.Failed })", "if (payment.Value is not null)"),
        new("return no late payment", "Checkout/Settlement.cs", "            events.Add(new PaymentUnwanted(payment.Id, payment.Amount, reason));", "            events.AddRange([]);"),
        new("let viewers give back what they have watched", "Checkout/Refunds.cs", "&& options.RefundWatchedBasisPoints < 10_000", "&& options.RefundWatchedBasisPoints >= 10_000"),
        new("give back after the fourteenth day", "Checkout/Refunds.cs", "now - purchase.PaidAt >= options.RefundWindow", "now - purchase.PaidAt >= options.RefundWindow * 2"),
        new("count what the giver of a gift has watched", "Checkout/Refunds.cs", "var watcher = purchase.Value.Gift?.To ?? viewer;", "var watcher = viewer;"),
        new("charge old sales the new commission", "Ledger/CommissionPolicy.cs", "LastOrDefault(version => version.From <= at)", "LastOrDefault()"),
        new("transfer with a key of its own each time", "Ledger/StartPayout.cs", "new(payout.Id, payout.Account, payout.Amount)", "new(Ids.New(\"pay\", clock.GetUtcNow()), payout.Account, payout.Amount)"),
        new("pay a month what was given back since", "Ledger/Payout.cs", "Math.Min(closing, owedNow) is var due", "closing is var due"),
        new("pay less than the least", "Ledger/Payout.cs", "due >= options.PayoutMinimum ? due : 0", "due > 0 ? due : 0"),
        new("pay nobody on the fifteenth", "Ledger/SweepLedger.cs", "await payouts.MonthlyAsync(creator, due, cancellationToken);", "_ = payouts;"),
        new("forget a payday on which nothing ran", "Ledger/SweepLedger.cs", "if (mark.Payouts == due)", "if (mark.Payouts == due || due != last)"),
        new("leave a refused payout undecided", "Ledger/StartPayout.cs", "        else\n            await SettleAsync(payout, PayoutRules.FailedId", "        else if (payout.Month == \"\")\n            await SettleAsync(payout, PayoutRules.FailedId"),
        new("open each month with nothing", "Ledger/Statement.cs", "ClosedUntil = to, Opening = opening }", "ClosedUntil = to, Opening = null }"),
        new("compare a day without what is missing here", "Ledger/Reconcile.cs", "kind = DifferenceKind.MissingHere;", "return null;"),
        new("compare a day without what is none of ours", "Ledger/Reconcile.cs", "if (found.Value?.Subject is not null)", "if (found.Value?.Subject is null)\n                    return null;\n                if (found.Value?.Subject is not null)"),
        new("compare a day without amounts", "Ledger/Reconcile.cs", "if (ours != theirs.Amount || transaction.Currency != theirs.Currency)", "if (transaction.Currency != theirs.Currency)"),
        new("look for a late transfer nowhere", "Ledger/Reconcile.cs", "            if (moved)\n                return null;", "            if (moved && key.Length == 0)\n                return null;"),
        new("apply no event again", "Checkout/Replay.cs", "with { AppliedAt = null, State = InboxState.Received,", "with { State = InboxState.Received,"),
        new("apply no object again", "Checkout/Replay.cs", "await apply.ApplyAsync(StartReplay.KindOf(objectId) ?? ProviderObject.Other, objectId, cancellationToken)", "await apply.ApplyAsync(ProviderObject.Other, objectId, cancellationToken)"),
        new("book a refund that came back before it was seen one way", "Checkout/Aftermath.cs", "if (made.Status != RefundStatus.Pending && seen == RefundStatus.Pending)", "if (made.Status == RefundStatus.Succeeded && seen == RefundStatus.Pending)"),
        new("forget a fee that is named late", "Checkout/Aftermath.cs", "purchase.FeeIsKnown || payment.Fee is not { } fee", "purchase.FeeIsKnown || payment.Fee is not { } fee || fee.Amount >= 0"),
        new("settle a purchase beside an older checkout", "Checkout/SettlePayment.cs", "if (purchase is not null && checkout.Value.State is", "if (purchase is { Value.PaymentId: \"\" } && checkout.Value.State is"),
        new("refuse a request that came twice", "Checkout/StartCheckout.cs", "return await TwinAsync(key, cancellationToken) ?? started;", "return started;"),
        new("commit a use that was given back for good", "Pricing/CodeUses.cs", "return paid.Value.ReleasedAt is null;", "return true;"),
        new("give a committed use back for a while", "Pricing/CodeUses.cs", "            var ends = forGood && use?.Value.ReleasedAt is null;", "            var ends = forGood && use is { Value.ReleasedAt: null };"),
        new("take a series for nothing without a use", "Checkout/TakeFree.cs", "if (!hasIt && await CommitAsync(checkout, now, cancellationToken))", "if (!hasIt && (await CommitAsync(checkout, now, cancellationToken) || true))"),
        new("forget what was on sale before", "Catalog/Publishing.cs", "before.Content.Videos.Select(video => video with { RetiredAt = now }).Concat(before.RetiredVideos)", "before.RetiredVideos", Review: true),
        new("compare with the working copy", "Catalog/Publishing.cs", "RevisionChanges.Of(approved, content)", "RevisionChanges.Of(null, content)", Review: true),
        new("delete a video that was on sale", "Catalog/DeleteVideo.cs", "if (sold)", "if (false)", Review: true),
        new("show an edit before it is approved", "Catalog/EditSeries.cs", "SeriesRecords.Change(before, after, shown: null, now), cancellationToken);\n        return", "SeriesRecords.Change(before, after, shown: null, now).Save(PublicSeries.DocumentId, await series.FindPublicAsync(id, cancellationToken), (await series.FindPublicAsync(id, cancellationToken))?.Value is { } early ? early with { Content = after.Draft } : throw new Media.MediaUnavailableException(\"\")), cancellationToken);\n        return", Review: true),
        new("keep the strike of a removal that was reversed", "Moderation/DecideCase.cs", "with { Withdrawn = true, DecidedAt = decision.At }", "with { DecidedAt = decision.At }", Review: true),
        new("take a removal that comes after its reversal", "Catalog/Reversal.cs", "        if (WasReversed(series, decision))\n            return IsReversed;\n        if (!SeriesLife.Take(series, SeriesCommand.Remove)", "        if (!SeriesLife.Take(series, SeriesCommand.Remove)", Review: true),
        new("tell nobody again what was decided while it was down", "Moderation/ApplyDecision.cs", "if (before.Value.State == SeriesState.Removed && after is", "if (before.Value.State == SeriesState.Draft && after is", Review: true),
        new("ban again what was lifted", "Moderation/KnownBad/BanFiles.cs", "if (done is { Value.Lifted: true } || done is not null && message.Lifted is null)", "if (done is { Value.Lifted: true } && message.Lifted is not null)", Review: true),
        new("forget that a deleted series is gone", "Catalog/IndexSeries.cs", "sort is not null || entry.Version == GoneVersion", "sort is not null", Review: true),
        new("leave a revision in review whose removal was reversed", "Catalog/Reversal.cs", "WasReversed(without, submission) && revision", "WasReversed(without, default) && revision", Review: true),
        new("write back what was read before", "Checkout/SettlePayment.cs", "if ((purchase is not null || returned is not null) && (decision.Events.Count > 0 || decision.After != before))", "if (purchase is null && returned is null && decision.Events.Count > 0 && decision.After == before)"),
        .. SubscriptionMutations.All,
    ];

    /// <summary>
    /// Builds and runs every mutation whose name holds <paramref name="filter"/>; prints a table. How many were not found. <paramref name="money"/>, <paramref name="review"/> and
    /// <paramref name="subscriptions"/> are how many histories of each kind look for one; 0: those of that kind are left out.
    /// </summary>
    public static int Run(int money, int review, int subscriptions, string filter)
    {
        var root = Root();
        var copy = Directory.CreateTempSubdirectory("model-mutations-").FullName;
        try
        {
            foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "tests/Directory.Build.props" })
                Copy(Path.Combine(root, file), Path.Combine(copy, file));
            foreach (var folder in new[] { "src/SeriesFunctions.Core", "src/SeriesFunctions.Local/Clock", "src/SeriesFunctions.Local/Walkthrough", "tests/Media.Tests/Pipeline", "tests/Model.Tests", "tests/Contract.Tests" })
            {
                foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories).Where(file => !Built().IsMatch(file)))
                    Copy(file, Path.Combine(copy, Path.GetRelativePath(root, file)));
            }
            Build(copy, "tests/Model.Tests", "the copy");
            var missed = 0;
            Console.WriteLine("| mutation | found by history | seed | what it said |\n|---|---|---|---|");
            int HistoriesFor(Mutation mutation) => mutation.Review ? review : mutation.Subscriptions ? subscriptions : money;
            foreach (var mutation in All.Where(mutation => mutation.Name.Contains(filter, StringComparison.Ordinal) && HistoriesFor(mutation) > 0))
            {
                var histories = HistoriesFor(mutation);
                var found = Try(mutation, copy, histories);
                missed += found is null ? 1 : 0;
                Console.WriteLine($"| {mutation.Name} | {found ?? $"not in {histories} | | "} |");
            }
            return missed;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    /// <summary>The cells of the table's row; null when no history failed.</summary>
    private static string? Try(Mutation mutation, string copy, int histories)
    {
        var path = mutation.File is null ? null : Path.Combine(copy, "src/SeriesFunctions.Core", mutation.File);
        var before = path is null ? "" : File.ReadAllText(path);
        if (path is not null)
        {
            if (before.Split(mutation.Old).Length != 2)
                throw new InvalidOperationException($"{mutation.File} does not hold the code that \"{mutation.Name}\" changes, or holds it twice. Change the mutation with it.");
            File.WriteAllText(path, before.Replace(mutation.Old, mutation.New, StringComparison.Ordinal));
        }
        try
        {
            // A mutation is in the body of a method: whoever calls it need not be compiled again.
            Build(copy, "src/SeriesFunctions.Core", $"\"{mutation.Name}\"", "--no-restore");
            File.Copy(Path.Combine(copy, "src/SeriesFunctions.Core/bin/Release/net10.0", Core), Path.Combine(copy, "tests/Model.Tests/bin/Release/net10.0", Core), overwrite: true);
            var (code, said) = Execute(copy, mutation.Name, ["tests/Model.Tests/bin/Release/net10.0/Model.Tests.dll", "--histories", histories.ToString(CultureInfo.InvariantCulture), "--as-it-is", .. mutation.Review ? new[] { "--review" } : mutation.Subscriptions ? ["--subscriptions"] : []]);
            var failed = Failure().Match(said);
            if (code != 0 != failed.Success)
                throw new InvalidOperationException($"\"{mutation.Name}\" ended with {code}: {said}");
            return failed.Success ? $"{failed.Groups["number"].Value} | {failed.Groups["seed"].Value} | {failed.Groups["what"].Value}" : null;
        }
        finally
        {
            if (path is not null)
                File.WriteAllText(path, before);
        }
    }

    private static void Build(string copy, string project, string what, params string[] more)
    {
        var (code, said) = Execute(copy, null, ["build", project, "-c", "Release", "-v", "quiet", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false", .. more]);
        if (code != 0)
            throw new InvalidOperationException($"{what} does not compile: {said}");
    }

    private static (int Code, string Said) Execute(string folder, string? mutation, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (mutation is not null)
            start.Environment[Mutated.Variable] = mutation;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + error.Result);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    /// <summary>Those whose file does not hold the code that they change, or holds it twice.</summary>
    public static IReadOnlyList<string> Outdated() =>
        [.. All.Where(mutation => mutation.File is { } file && File.ReadAllText(Path.Combine(Root(), "src/SeriesFunctions.Core", file)).Split(mutation.Old).Length != 2).Select(mutation => mutation.Name)];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();

    [GeneratedRegex(@"^History (?<number>\d+), seed (?<seed>\d+): (?<what>.*)$", RegexOptions.Multiline)]
    private static partial Regex Failure();
}
