using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using SignatureOnly;

// OpenTelemetry.Extensions.Hosting 1.20.1
namespace OpenTelemetry
{
    public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
    {
        internal OpenTelemetryBuilder()
        {
        }

        public IServiceCollection Services => throw Signature.Only();
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    public static class OpenTelemetryServicesExtensions
    {
        public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services) => throw Signature.Only();
    }
}

// Microsoft.Azure.Functions.Worker.OpenTelemetry 1.2.0
namespace Microsoft.Azure.Functions.Worker.OpenTelemetry
{
    public static class ConfigureFunctionsOpenTelemetry
    {
        public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder) => throw Signature.Only();
    }
}

// Azure.Monitor.OpenTelemetry.Exporter 1.9.0
namespace Azure.Monitor.OpenTelemetry.Exporter
{
    public class AzureMonitorExporterOptions
    {
        public TokenCredential? Credential { get; set; }
    }

    public static class OpenTelemetryBuilderExtensions
    {
        public static IOpenTelemetryBuilder UseAzureMonitorExporter(this IOpenTelemetryBuilder builder, Action<AzureMonitorExporterOptions> configureAzureMonitor) =>
            throw Signature.Only();
    }
}
