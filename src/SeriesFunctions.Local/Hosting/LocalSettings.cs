using System.Globalization;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Local.Payments;

namespace SeriesFunctions.Local.Hosting;

/// <summary>Every setting, read and checked before anything else happens.</summary>
public sealed record LocalSettings(
    LocalOptions Local, PricingOptions Pricing, CatalogOptions Catalog, CreatorsOptions Creators, MediaOptions Media, ModerationOptions Moderation,
    CheckoutOptions Checkout, SimulatedProviderOptions Provider, TelemetryOptions Telemetry)
{
    /// <summary>Throws <see cref="OptionsValidationException"/> that names each wrong setting and what is allowed.</summary>
    public static LocalSettings Read(IConfiguration configuration)
    {
        var wrong = new List<string>();
        CheckNames(configuration, wrong);
        var settings = new LocalSettings(
            Bind(configuration.GetSection(LocalOptions.Section).Get<LocalOptions>, LocalOptions.Section, new LocalOptionsValidator(), wrong),
            Bind(configuration.GetSection(PricingOptions.Section).Get<PricingOptions>, PricingOptions.Section, new PricingOptionsValidator(), wrong),
            Bind(configuration.GetSection(CatalogOptions.Section).Get<CatalogOptions>, CatalogOptions.Section, null, wrong),
            Bind(configuration.GetSection(CreatorsOptions.Section).Get<CreatorsOptions>, CreatorsOptions.Section, new CreatorsOptionsValidator(), wrong),
            Bind(configuration.GetSection(MediaOptions.Section).Get<MediaOptions>, MediaOptions.Section, new MediaOptionsValidator(), wrong),
            Bind(configuration.GetSection(ModerationOptions.Section).Get<ModerationOptions>, ModerationOptions.Section, new ModerationOptionsValidator(), wrong),
            Bind(configuration.GetSection(CheckoutOptions.Section).Get<CheckoutOptions>, CheckoutOptions.Section, new CheckoutOptionsValidator(), wrong),
            Bind(configuration.GetSection(SimulatedProviderOptions.Section).Get<SimulatedProviderOptions>, SimulatedProviderOptions.Section, new SimulatedProviderOptionsValidator(), wrong),
            Bind(configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>, TelemetryOptions.Section, new TelemetryOptionsValidator(), wrong));
        if (settings.Catalog.Categories.Count == 0)
            settings.Catalog.Categories = [.. CatalogOptions.DefaultCategories];
        if (settings.Catalog.Categories.Any(category => !category.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || category.Length is 0 or > 40 || category == CatalogLists.All))
            wrong.Add("Catalog:Categories must be names of 1 to 40 characters a-z 0-9 -, and none of them \"all\".");
        // One machine has no https: its own pages may be returned to over http.
        settings.Checkout.AllowHttpReturnUrls = true;
        return wrong.Count == 0 ? settings : throw new OptionsValidationException("settings", typeof(LocalSettings), wrong);
    }

    public void Add(IServiceCollection services) => services
        .AddSingleton(Local).AddSingleton(Pricing).AddSingleton(Catalog).AddSingleton(Creators).AddSingleton(Media)
        .AddSingleton(Moderation).AddSingleton(Checkout).AddSingleton(Provider).AddSingleton(Telemetry);

    private static T Bind<T>(Func<T?> read, string section, IValidateOptions<T>? validator, List<string> wrong)
        where T : class, new()
    {
        T options;
        try
        {
            options = read() ?? new();
        }
        catch (InvalidOperationException e)
        {
            // The binder names the setting, and its cause says what could not be read.
            wrong.Add(e.Message);
            return new();
        }
        if (validator?.Validate(null, options) is { Failed: true } failed)
            wrong.AddRange(failed.Failures.Select(failure => Named(failure, section)));
        return options;
    }

    /// <summary>A validator names the property; people know the setting.</summary>
    private static string Named(string failure, string section)
    {
        var text = failure.Contains(": ", StringComparison.Ordinal) ? failure[(failure.IndexOf(": ", StringComparison.Ordinal) + 2)..] : failure;
        return text.Contains(section + ":", StringComparison.Ordinal) ? text : string.Create(CultureInfo.InvariantCulture, $"{section}: {text}");
    }

    /// <summary>A misspelt setting would silently not hold; it is refused instead.</summary>
    private static void CheckNames(IConfiguration configuration, List<string> wrong)
    {
        foreach (var (section, type) in Sections)
        {
            foreach (var child in configuration.GetSection(section).GetChildren())
            {
                if (type.GetProperty(child.Key, System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.IgnoreCase) is null)
                    wrong.Add($"{section}:{child.Key} is not a setting. There are: {string.Join(", ", type.GetProperties().Select(property => $"{section}:{property.Name}"))}.");
            }
        }
    }

    private static readonly (string Section, Type Type)[] Sections =
    [
        (LocalOptions.Section, typeof(LocalOptions)), (PricingOptions.Section, typeof(PricingOptions)), (CatalogOptions.Section, typeof(CatalogOptions)),
        (CreatorsOptions.Section, typeof(CreatorsOptions)), (MediaOptions.Section, typeof(MediaOptions)), (ModerationOptions.Section, typeof(ModerationOptions)),
        (CheckoutOptions.Section, typeof(CheckoutOptions)), (SimulatedProviderOptions.Section, typeof(SimulatedProviderOptions)), (TelemetryOptions.Section, typeof(TelemetryOptions)),
    ];
}

[OptionsValidator]
internal sealed partial class LocalOptionsValidator : IValidateOptions<LocalOptions>;

[OptionsValidator]
internal sealed partial class PricingOptionsValidator : IValidateOptions<PricingOptions>;

[OptionsValidator]
internal sealed partial class CreatorsOptionsValidator : IValidateOptions<CreatorsOptions>;

[OptionsValidator]
internal sealed partial class MediaOptionsValidator : IValidateOptions<MediaOptions>;

[OptionsValidator]
internal sealed partial class ModerationOptionsValidator : IValidateOptions<ModerationOptions>;

[OptionsValidator]
internal sealed partial class CheckoutOptionsValidator : IValidateOptions<CheckoutOptions>;

[OptionsValidator]
internal sealed partial class SimulatedProviderOptionsValidator : IValidateOptions<SimulatedProviderOptions>;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
