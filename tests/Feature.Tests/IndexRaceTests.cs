using System.Net;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace Feature.Tests;

/// <summary>A series is deleted between the moment at which it is read for its lists and the moment at which they are written. Finds an entry that stays for good.</summary>
public sealed class IndexRaceTests
{
    [Theory]
    [InlineData("catalog|all")]
    [InlineData("catalog|crafts")]
    [InlineData("creator|")]
    public async Task A_series_that_is_deleted_while_it_is_listed_for_the_first_time_is_in_no_list(string before)
    {
        Action? meanwhile = null;
        await using var host = new RunningHost
        {
            Replace = services => Before(services, (method, arguments) =>
            {
                if (method == nameof(IDocumentStore.WriteAsync) && arguments[0] is Partition partition && partition.Key.StartsWith(before, StringComparison.Ordinal))
                    Interlocked.Exchange(ref meanwhile, null)?.Invoke();
            }),
        };
        await host.InitializeAsync();
        var shop = new Shop(host);
        var creator = await shop.CreatorAsync();
        var (id, owner) = (new SeriesId(Ids.New("ser", host.Clock.GetUtcNow())), new UserId(creator.Id));
        await PublishUnseenAsync(host, id, owner);
        var etag = (await creator.GetAsync($"/v1/series/{id}")).Is(HttpStatusCode.OK).ETag;

        // The lists' writer has read the series and is about to write; then it is deleted, and everything that follows from that is done before the writer goes on.
        meanwhile = () => Task.Run(async () =>
        {
            (await creator.DeleteAsync($"/v1/series/{id}", etag)).Is(HttpStatusCode.NoContent);
            await host.DrainAsync();
        }).GetAwaiter().GetResult();
        await host.Services.GetRequiredService<IndexSeries>().HandleAsync(new SeriesChanged(id, owner), TestContext.Current.CancellationToken);
        Assert.Null(meanwhile);
        await host.DrainAsync();

        foreach (var list in new[] { "/v1/series", "/v1/series?sort=oldest", "/v1/series?sort=priceLow", "/v1/series?category=crafts", $"/v1/creators/{creator.Id}/series" })
            Assert.Empty((await host.Anonymous().GetAsync(list)).Is(HttpStatusCode.OK).At("items")!.AsArray());
        Assert.Empty((await creator.GetAsync("/v1/me/series")).Is(HttpStatusCode.OK).At("items")!.AsArray());
    }

    /// <summary>The documents of a series on sale, of which no list has heard yet: nothing was emitted.</summary>
    private static async Task PublishUnseenAsync(RunningHost host, SeriesId id, UserId owner)
    {
        var now = host.Clock.GetUtcNow();
        var content = new SeriesContent("Ceramics", "From clay to bowl.", "crafts", "cov_seeded", null, [new(new("vid_seeded"), "One", 30_000)]);
        var head = new Series(id, owner, SeriesState.Published, Money.Usd(999), content, DraftState.Approved, 1, 1, [], now, now, now, null, 1);
        var shown = new PublicSeries(id, owner, "@cleo", SeriesState.Published, 1, content, head.Price, [], [], now, 1);
        Assert.True((await host.Services.GetRequiredService<Records>().SaveAsync(
            new Batch(Series.In(id)).Create(Series.DocumentId, head).Create(PublicSeries.DocumentId, shown), TestContext.Current.CancellationToken)).IsOk);
    }

    private static void Before(IServiceCollection services, Action<string, object?[]> tell)
    {
        var made = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(made);
        services.AddSingleton(provider =>
        {
            var told = System.Reflection.DispatchProxy.Create<IDocumentStore, Counting>();
            ((Counting)(object)told).Set(ActivatorUtilities.CreateInstance(provider, made.ImplementationType!), tell);
            return told;
        });
    }
}
