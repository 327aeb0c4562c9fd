using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;

namespace Feature.Tests.Driving;

/// <summary>Erases people the way that they, or the platform, would.</summary>
internal static class Erasing
{
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1);

    /// <summary>She asks, both passes are made, and this is the report.</summary>
    public static async Task<Reply> EraseAsync(this RunningHost host, Person person)
    {
        var first = await host.AskToEraseAsync(person);
        Assert.True(first.Text("state") == "running", first.Body!.ToJsonString());
        host.Clock.Advance(BetweenPasses);
        return await host.UntilAsync(person, "done");
    }

    /// <summary>She asks, and what is due at once is done.</summary>
    public static async Task<Reply> AskToEraseAsync(this RunningHost host, Person person)
    {
        (await person.PostAsync("/v1/me/erasure")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return (await person.GetAsync("/v1/me/erasure")).Is(HttpStatusCode.OK);
    }

    /// <summary>Works off what is due, and what is due after that, until the erasure stands so.</summary>
    public static async Task<Reply> UntilAsync(this RunningHost host, Person person, string state)
    {
        for (var round = 0; round < 400; round++)
        {
            await host.DrainAsync();
            var reply = (await person.GetAsync("/v1/me/erasure")).Is(HttpStatusCode.OK);
            if (reply.Text("state") == state)
                return reply;
            host.Clock.Advance(TimeSpan.FromSeconds(20));
        }
        throw new InvalidOperationException($"It is not {state}: {(await person.GetAsync("/v1/me/erasure")).Body?.ToJsonString()}");
    }

    /// <summary>A creator's books balance, and the provider's agree with ours.</summary>
    public static async Task BooksAreEvenAsync(this RunningHost host, Person creator)
    {
        var oper = await host.PersonAsync("operator", "operator");
        Assert.Equal("true", (await oper.GetAsync($"/v1/operator/ledger/{creator.Id}")).Is(HttpStatusCode.OK).Text("balances"));
        var day = host.Now()[..10];
        (await oper.PostAsync("/v1/operator/reconciliations", new JsonObject { ["day"] = day })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("0", (await oper.GetAsync($"/v1/operator/reconciliations/{day}")).Is(HttpStatusCode.OK).Text("differences"));
    }

    /// <summary>All that is owed is paid out: the books are even.</summary>
    public static async Task PayOutAsync(this RunningHost host, Person creator)
    {
        var oper = await host.PersonAsync("operator", "operator");
        var account = $"/v1/operator/creators/{creator.Id}/payout-account";
        (await oper.PutAsync(account, new JsonObject { ["account"] = "acct_" + creator.Id }, (await oper.GetAsync(account)).ETag)).Is(HttpStatusCode.OK);
        (await oper.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = creator.Id, ["reason"] = "she leaves" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
    }

    public static IEnumerable<string> Blockers(this Reply erasure) => erasure.At("blockers")!.AsArray().Select(blocker => blocker!["code"]!.ToString());
}

/// <summary>
/// Stands before the store and, while it is on, has each batch fail once: one does not happen, of the next the answer is lost although it did. So whatever writes is cut off before and after each of its writes.
/// </summary>
public class FailsOnce : DispatchProxy
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _failed = [];
    private IDocumentStore _inner = null!;

    public bool IsOn { get; set; }

    public int Failures => _failed.Count;

    public static void Stand(IServiceCollection services, Action<FailsOnce> made)
    {
        var before = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(before);
        services.AddSingleton(provider =>
        {
            var stands = Create<IDocumentStore, FailsOnce>();
            var proxy = (FailsOnce)(object)stands;
            proxy._inner = (IDocumentStore)(before.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, before.ImplementationType!));
            made(proxy);
            return stands;
        });
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => IsOn && args is [Partition partition, IReadOnlyList<Write> writes, CancellationToken stop]
        ? new ValueTask<WriteOutcome>(WriteAsync(partition, writes, stop))
        : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken stop)
    {
        int turn;
        lock (_gate)
            turn = _failed.Add($"{partition} {string.Join(' ', writes.Select(Name))}") ? _failed.Count : 0;
        if (turn == 0)
            return await _inner.WriteAsync(partition, writes, stop);
        if (turn % 2 == 0)
            await _inner.WriteAsync(partition, writes, stop);
        throw new StoreUnavailableException("Lost on purpose.");
    }

    /// <summary>The same write again, whatever etag it has by then.</summary>
    private static string Name(Write write) => write switch
    {
        Write.Create create => $"+{create.Id}",
        Write.Replace replace => $"={replace.Id}",
        Write.Put put => $"!{put.Id}",
        Write.Delete delete => $"-{delete.Id}",
        Write.Emit emit => $">{emit.Event.Name}",
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };
}
