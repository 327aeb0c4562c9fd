using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Moderation.Text;

namespace SeriesFunctions.Core.Engagement;

/// <summary>What people do with what they may watch.</summary>
internal static class EngagementComposition
{
    public static IServiceCollection AddEngagement(this IServiceCollection services) => services
        .AddSingleton<BlockList>()
        .AddSingleton<Audience>()
        .AddSingleton<Likes>()
        .AddSingleton<ReportProgress>()
        .AddSingleton<ShowProgress>()
        .AddSingleton<TextGate>()
        .AddSingleton<Talk>()
        .AddSingleton<FollowCommentCount>()
        .AddSingleton<WriteComment>()
        .AddSingleton<TendComments>()
        .AddSingleton<LikeComment>()
        .AddSingleton<ShowComments>()
        .AddSingleton<Ratings>();
}
