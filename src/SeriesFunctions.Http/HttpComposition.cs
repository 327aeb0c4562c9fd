using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;

namespace SeriesFunctions.Http;

/// <summary>The API, put together the same way in both hosts. A host adds <see cref="ICaller"/> and the list of <see cref="Dependency"/>.</summary>
public static class HttpComposition
{
    public static IServiceCollection AddSeriesFunctionsHttp(this IServiceCollection services) => services
        .AddSingleton<CreatorEndpoints>()
        .AddSingleton<VideoEndpoints>()
        .AddSingleton<SeriesEndpoints>()
        .AddSingleton<AuthoringEndpoints>()
        .AddSingleton<CheckoutEndpoints>()
        .AddSingleton<PromoCodeEndpoints>()
        .AddSingleton<GiftEndpoints>()
        .AddSingleton<LedgerEndpoints>()
        .AddSingleton<OperationsEndpoints>()
        .AddSingleton<ModerationEndpoints>()
        .AddSingleton<NotificationEndpoints>()
        .AddSingleton<AuditEndpoints>()
        .AddSingleton<PrivacyEndpoints>()
        .AddSingleton<PlatformWebhookEndpoints>()
        .AddSingleton<ParkedEventEndpoints>()
        .AddSingleton<KnownBadFileEndpoints>()
        .AddSingleton<SubscriptionEndpoints>()
        .AddSingleton<ExclusiveEndpoints>()
        .AddSingleton<SystemEndpoints>()
        .AddSingleton<EngagementEndpoints>()
        .AddSingleton<CommentEndpoints>()
        .AddSingleton<LinkEndpoints>()
        .AddSingleton<AnalyticsEndpoints>()
        .AddSingleton<RatingEndpoints>()
        .AddSingleton<ApiRoutes>()
        .AddSingleton<ApiPipeline>();
}
