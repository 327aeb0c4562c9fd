using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Links;

/// <summary>Section <c>Links</c>. All of it may be left out: short links then lead to a page of ours, and apps are not told that they may open them.</summary>
public sealed class LinksOptions
{
    public const string Section = "Links";

    private const string HttpsOrNothing = @"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?)?$";

    /// <summary>The app's universal links begin with this, e.g. <c>https://app.example.com</c>; a short link leads to <c>/series/{id}</c>, <c>/creators/{id}</c> or <c>/creators/{id}/tiers/{id}</c> behind it.</summary>
    [RegularExpression(HttpsOrNothing, ErrorMessage = "Links:AppUrl must be an https URL without query.")]
    public string AppUrl { get; set; } = "";

    /// <summary>Where those who don't have the app get it for iOS.</summary>
    [RegularExpression(@"^(https://\S{1,500})?$", ErrorMessage = "Links:AppStoreUrl must be an https URL.")]
    public string AppStoreUrl { get; set; } = "";

    /// <summary>And for Android.</summary>
    [RegularExpression(@"^(https://\S{1,500})?$", ErrorMessage = "Links:PlayStoreUrl must be an https URL.")]
    public string PlayStoreUrl { get; set; } = "";

    /// <summary>Apps that may open short links on iOS, joined by commas: <c>TEAMID.com.example.app</c>.</summary>
    [RegularExpression(@"^([A-Z0-9]{10}\.[A-Za-z0-9.-]{1,150}(,\s*|$))*$", ErrorMessage = "Links:AppleAppIds must be TEAMID.bundle, joined by commas.")]
    public string AppleAppIds { get; set; } = "";

    /// <summary>The app that may open them on Android.</summary>
    [RegularExpression(@"^([A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+)?$", ErrorMessage = "Links:AndroidPackage must be a package name.")]
    public string AndroidPackage { get; set; } = "";

    /// <summary>SHA-256 fingerprints of its signing certificates, joined by commas.</summary>
    [RegularExpression(@"^([0-9A-F]{2}(:[0-9A-F]{2}){31}(,\s*|$))*$", ErrorMessage = "Links:AndroidFingerprints must be SHA-256 fingerprints (AA:BB:…), joined by commas.")]
    public string AndroidFingerprints { get; set; } = "";

    /// <summary>Hosts that no product link may lead to, their subdomains included, joined by commas.</summary>
    [MaxLength(20_000)]
    public string DeniedHosts { get; set; } = "";

    /// <summary>A purchase counts for a link for so long after the click. Source: product rules, "Links", 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan AttributionWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The entries of a setting that is joined by commas.</summary>
    public static IReadOnlyList<string> Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
