using Microsoft.Extensions.DependencyInjection;

namespace SeriesFunctions.Core.Privacy;

/// <summary>What becomes of somebody's data when she asks.</summary>
internal static class PrivacyComposition
{
    public static IServiceCollection AddPrivacy(this IServiceCollection services) => services
        .AddSingleton<RequestExport>()
        .AddSingleton<ExportData>()
        .AddSingleton<Spots>()
        .AddSingleton<RequestErasure>()
        .AddSingleton<ErasureWalk>()
        .AddSingleton<FindBlockers>()
        .AddSingleton<ErasureOfTalk>()
        .AddSingleton<ErasureOfSeries>()
        .AddSingleton<ErasureOfCreator>()
        .AddSingleton<ErasureOfViewer>()
        .AddSingleton<ErasureOfTheRest>()
        .AddSingleton<EraseData>();
}
