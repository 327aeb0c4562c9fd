using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using SeriesFunctions.Blobs;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Cosmos;

namespace SeriesFunctions.App.Hosting;

/// <summary>
/// Traces, metrics and logs to Application Insights by OpenTelemetry, under the app's identity. The host is told by <c>telemetryMode</c> in host.json to do the same, so that both
/// sides of one invocation are one trace. Without <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>, as on a developer's machine, nothing is exported.
/// </summary>
public static class AzureTelemetry
{
    private const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Every meter of ours. A test finds the one that is missing, whose figures nobody would ever see.</summary>
    internal static readonly string[] Meters = [Telemetry.Name, RequestCharges.Meter, CallTimes.Meter];

    public static IServiceCollection AddAzureTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry().UseFunctionsWorkerDefaults()
            // The SDKs' own spans say which call of a dependency a slow request waited for.
            .WithTracing(traces => traces.AddSource(Telemetry.Name, "Azure.Cosmos.Operation", "Azure.Messaging.ServiceBus.*", "Azure.Storage.Blobs.*"))
            .WithMetrics(metrics => metrics.AddMeter([.. Meters, "System.Runtime"]));
        if (configuration[ConnectionString] is { Length: > 0 })
        {
            telemetry.UseAzureMonitorExporter(_ => { });
            services.AddOptions<AzureMonitorExporterOptions>().Configure<TokenCredential>((options, credential) => options.Credential = credential);
        }
        return services;
    }
}
