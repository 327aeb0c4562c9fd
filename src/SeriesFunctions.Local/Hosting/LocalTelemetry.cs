using System.ComponentModel.DataAnnotations;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Local.Hosting;

/// <summary>Section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Where traces and metrics are sent by OTLP over gRPC, e.g. <c>http://127.0.0.1:4317</c>. Empty: nowhere, and nothing is recorded.</summary>
    [RegularExpression(@"^(https?://[^\s]+)?$", ErrorMessage = "Telemetry:OtlpEndpoint must be an http or https URL, or empty.")]
    public string OtlpEndpoint { get; set; } = "";
}

/// <summary>Traces from the HTTP request through outbox, queue and handler, and the metrics of host and business, by OpenTelemetry.</summary>
public sealed class LocalTelemetry : IDisposable
{
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    public LocalTelemetry(TelemetryOptions options)
    {
        if (options.OtlpEndpoint.Length == 0)
            return;
        var resource = ResourceBuilder.CreateDefault().AddService("seriesfunctions-local");
        void Otlp(OtlpExporterOptions exporter) => exporter.Endpoint = new(options.OtlpEndpoint);
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name, "Microsoft.AspNetCore").AddOtlpExporter(Otlp).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(Otlp).Build();
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
