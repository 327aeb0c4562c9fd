using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Notifications;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Privacy;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Settings;

/// <summary>The settings of everything in Core, the same in both hosts. A new section is named in <see cref="Sections"/>, read and added here.</summary>
public sealed record CoreSettings(
    PricingOptions Pricing, CatalogOptions Catalog, CreatorsOptions Creators, MediaOptions Media, ModerationOptions Moderation, ContentSafetyOptions ContentSafety, CheckoutOptions Checkout,
    LedgerOptions Ledger, NotificationsOptions Notifications, LinksOptions Links, AuditOptions Audit, LimitsOptions Limits,
    SubscriptionsOptions Subscriptions, PrivacyOptions Privacy)
{
    public static readonly IReadOnlyList<(string Section, Type Type)> Sections =
    [
        (PricingOptions.Section, typeof(PricingOptions)), (CatalogOptions.Section, typeof(CatalogOptions)), (CreatorsOptions.Section, typeof(CreatorsOptions)),
        (MediaOptions.Section, typeof(MediaOptions)), (ModerationOptions.Section, typeof(ModerationOptions)), (ContentSafetyOptions.Section, typeof(ContentSafetyOptions)), (CheckoutOptions.Section, typeof(CheckoutOptions)),
        (LedgerOptions.Section, typeof(LedgerOptions)), (NotificationsOptions.Section, typeof(NotificationsOptions)), (LinksOptions.Section, typeof(LinksOptions)), (AuditOptions.Section, typeof(AuditOptions)),
        (LimitsOptions.Section, typeof(LimitsOptions)),
        (SubscriptionsOptions.Section, typeof(SubscriptionsOptions)),
        (PrivacyOptions.Section, typeof(PrivacyOptions)),
    ];

    public static CoreSettings Read(IConfiguration configuration, SettingsReader reader)
    {
        reader.CheckNames(configuration, Sections);
        var settings = new CoreSettings(
            reader.Read(PricingOptions.Section, () => configuration.GetSection(PricingOptions.Section).Get<PricingOptions>(), new PricingOptionsValidator()),
            reader.Read(CatalogOptions.Section, () => configuration.GetSection(CatalogOptions.Section).Get<CatalogOptions>(), null),
            reader.Read(CreatorsOptions.Section, () => configuration.GetSection(CreatorsOptions.Section).Get<CreatorsOptions>(), new CreatorsOptionsValidator()),
            reader.Read(MediaOptions.Section, () => configuration.GetSection(MediaOptions.Section).Get<MediaOptions>(), new MediaOptionsValidator()),
            reader.Read(ModerationOptions.Section, () => configuration.GetSection(ModerationOptions.Section).Get<ModerationOptions>(), new ModerationOptionsValidator()),
            reader.Read(ContentSafetyOptions.Section, () => configuration.GetSection(ContentSafetyOptions.Section).Get<ContentSafetyOptions>(), new ContentSafetyOptionsValidator()),
            reader.Read(CheckoutOptions.Section, () => configuration.GetSection(CheckoutOptions.Section).Get<CheckoutOptions>(), new CheckoutOptionsValidator()),
            reader.Read(LedgerOptions.Section, () => configuration.GetSection(LedgerOptions.Section).Get<LedgerOptions>(), new LedgerOptionsValidator()),
            reader.Read(NotificationsOptions.Section, () => configuration.GetSection(NotificationsOptions.Section).Get<NotificationsOptions>(), new NotificationsOptionsValidator()),
            reader.Read(LinksOptions.Section, () => configuration.GetSection(LinksOptions.Section).Get<LinksOptions>(), new LinksOptionsValidator()),
            reader.Read(AuditOptions.Section, () => configuration.GetSection(AuditOptions.Section).Get<AuditOptions>(), new AuditOptionsValidator()),
            reader.Read(LimitsOptions.Section, () => configuration.GetSection(LimitsOptions.Section).Get<LimitsOptions>(), new LimitsOptionsValidator()),
            reader.Read(SubscriptionsOptions.Section, () => configuration.GetSection(SubscriptionsOptions.Section).Get<SubscriptionsOptions>(), new SubscriptionsOptionsValidator()),
            reader.Read(PrivacyOptions.Section, () => configuration.GetSection(PrivacyOptions.Section).Get<PrivacyOptions>(), new PrivacyOptionsValidator()));
        if (settings.Catalog.Categories.Count == 0)
            settings.Catalog.Categories = [.. CatalogOptions.DefaultCategories];
        if (settings.Catalog.Categories.Any(category => !category.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || category.Length is 0 or > 40 || category == CatalogLists.All))
            reader.Refuse("Catalog:Categories must be names of 1 to 40 characters a-z 0-9 -, and none of them \"all\".");
        return settings;
    }

    public void Add(IServiceCollection services) => services
        .AddSingleton(Pricing).AddSingleton(Catalog).AddSingleton(Creators).AddSingleton(Media).AddSingleton(Moderation).AddSingleton(ContentSafety).AddSingleton(Checkout)
        .AddSingleton(Ledger).AddSingleton(Notifications).AddSingleton(Links).AddSingleton(Audit).AddSingleton(Limits)
        .AddSingleton(Subscriptions).AddSingleton(Privacy);
}

[OptionsValidator]
internal sealed partial class PricingOptionsValidator : IValidateOptions<PricingOptions>;

[OptionsValidator]
internal sealed partial class CreatorsOptionsValidator : IValidateOptions<CreatorsOptions>;

[OptionsValidator]
internal sealed partial class MediaOptionsValidator : IValidateOptions<MediaOptions>;

[OptionsValidator]
internal sealed partial class ModerationOptionsValidator : IValidateOptions<ModerationOptions>;

[OptionsValidator]
internal sealed partial class ContentSafetyOptionsValidator : IValidateOptions<ContentSafetyOptions>;

[OptionsValidator]
internal sealed partial class CheckoutOptionsValidator : IValidateOptions<CheckoutOptions>;

[OptionsValidator]
internal sealed partial class LedgerOptionsValidator : IValidateOptions<LedgerOptions>;

[OptionsValidator]
internal sealed partial class NotificationsOptionsValidator : IValidateOptions<NotificationsOptions>;

[OptionsValidator]
internal sealed partial class LinksOptionsValidator : IValidateOptions<LinksOptions>;

[OptionsValidator]
internal sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;

[OptionsValidator]
internal sealed partial class SubscriptionsOptionsValidator : IValidateOptions<SubscriptionsOptions>;

[OptionsValidator]
internal sealed partial class PrivacyOptionsValidator : IValidateOptions<PrivacyOptions>;

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
