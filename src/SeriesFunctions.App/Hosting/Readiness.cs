using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Http.Endpoints;

namespace SeriesFunctions.App.Hosting;

/// <summary>
/// What <c>/health/ready</c> asks: one cheap read of each dependency. Anybody may ask, so a good answer is remembered for a quarter of a minute: a flood of probes costs the
/// provider's rate limit four calls a minute and instance.
/// </summary>
internal static class Readiness
{
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<Dependency> Of(IServiceProvider services)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        return
        [
            Remember("store", clock, async stop => await services.GetRequiredService<IDocumentStore>().FindAsync(new("health"), "ready", stop)),
            Remember("queues", clock, async stop => await services.GetRequiredService<IMessageQueue>().ListDeadLettersAsync(Queues.Media, 1, stop)),
            Remember("media", clock, async stop => await services.GetRequiredService<IMediaStore>().FindAsync(BlobName.Media("health"), stop)),
            Remember("payments", clock, async stop =>
            {
                // Any answer will do, "there is no such session" too.
                var answer = await services.GetRequiredService<IPaymentGateway>().FindSessionAsync("cs_health", stop);
                if (answer.Status == GatewayStatus.Unavailable)
                    throw new InvalidOperationException($"The payment provider answers {answer.Reason}.");
            }),
        ];
    }

    internal static Dependency Remember(string name, TimeProvider clock, Func<CancellationToken, ValueTask> check)
    {
        var goodUntil = 0L;
        return new(name, async stop =>
        {
            if (clock.GetUtcNow().UtcTicks < Volatile.Read(ref goodUntil))
                return;
            await check(stop);
            Volatile.Write(ref goodUntil, (clock.GetUtcNow() + Remembered).UtcTicks);
        });
    }
}
