using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Settings;
using SeriesFunctions.Local.Payments;

namespace SeriesFunctions.Local.Hosting;

/// <summary>Every setting, read and checked before anything else happens.</summary>
public sealed record LocalSettings(CoreSettings Core, LocalOptions Local, SimulatedProviderOptions Provider, TelemetryOptions Telemetry)
{
    private static readonly (string Section, Type Type)[] Sections =
    [
        (LocalOptions.Section, typeof(LocalOptions)), (SimulatedProviderOptions.Section, typeof(SimulatedProviderOptions)), (TelemetryOptions.Section, typeof(TelemetryOptions)),
    ];

    /// <summary>Throws <see cref="OptionsValidationException"/> that names each wrong setting and what is allowed.</summary>
    public static LocalSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader();
        reader.CheckNames(configuration, Sections);
        var settings = new LocalSettings(
            CoreSettings.Read(configuration, reader),
            reader.Read(LocalOptions.Section, () => configuration.GetSection(LocalOptions.Section).Get<LocalOptions>(), new LocalOptionsValidator()),
            reader.Read(SimulatedProviderOptions.Section, () => configuration.GetSection(SimulatedProviderOptions.Section).Get<SimulatedProviderOptions>(), new SimulatedProviderOptionsValidator()),
            reader.Read(TelemetryOptions.Section, () => configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>(), new TelemetryOptionsValidator()));
        if (settings.Core.ContentSafety is { Endpoint.Length: > 0, Key: "" })
            reader.Refuse("ContentSafety:Key is needed here: this host has no identity that the service knows.");
        reader.ThrowIfWrong();
        // One machine has no https: its own pages may be returned to over http.
        settings.Core.Checkout.AllowHttpReturnUrls = true;
        return settings;
    }

    public void Add(IServiceCollection services)
    {
        Core.Add(services);
        services.AddSingleton(Local).AddSingleton(Provider).AddSingleton(Telemetry);
    }
}

[OptionsValidator]
internal sealed partial class LocalOptionsValidator : IValidateOptions<LocalOptions>;

[OptionsValidator]
internal sealed partial class SimulatedProviderOptionsValidator : IValidateOptions<SimulatedProviderOptions>;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
