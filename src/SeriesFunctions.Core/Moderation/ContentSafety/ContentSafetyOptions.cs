using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Section <c>ContentSafety</c>: Azure AI Content Safety, which looks at new texts and covers before a person does. Off unless there is an <see cref="Endpoint"/>.</summary>
public sealed class ContentSafetyOptions
{
    public const string Section = "ContentSafety";

    /// <summary>The resource's own address, e.g. <c>https://name.cognitiveservices.azure.com/</c>; identities are taken at no other. Empty: the service is not asked. Plain http on this machine only.</summary>
    [RegularExpression(@"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s?#]*)?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?/?)?$", ErrorMessage = "ContentSafety:Endpoint must be an https URL, or http on this machine, or empty.")]
    public string Endpoint { get; set; } = "";

    /// <summary>A key of the resource, where there is no identity that may ask it (the local host). Empty: the app's identity, with the role Cognitive Services User.</summary>
    [RegularExpression(@"^[!-~]*$", ErrorMessage = "ContentSafety:Key is one line without spaces.")]
    public string Key { get; set; } = "";

    /// <summary>How long one request may take. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long all of a revision may take, with every repetition; a person is asked then. Less than a message is locked for, a minute. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:50")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a request is repeated that the service had no time for, or that got no answer. Source: ours.</summary>
    [Range(0, 5)]
    public int Retries { get; set; } = 2;

    /// <summary>From this severity on hate is a finding: 2 (low), 4 (medium) or 6 (high); 0: it is not looked for. Source: the service's levels; the number is ours.</summary>
    [Range(0, 6)]
    public int Hate { get; set; } = 2;

    /// <summary>The same for self-harm.</summary>
    [Range(0, 6)]
    public int SelfHarm { get; set; } = 2;

    /// <summary>The same for what is sexual.</summary>
    [Range(0, 6)]
    public int Sexual { get; set; } = 2;

    /// <summary>The same for violence.</summary>
    [Range(0, 6)]
    public int Violence { get; set; } = 2;

    /// <summary>The categories that are looked for, by the service's names, with the severity from which on each is a finding.</summary>
    internal IReadOnlyDictionary<string, int> Thresholds =>
        new (string Name, int From)[] { ("Hate", Hate), ("SelfHarm", SelfHarm), ("Sexual", Sexual), ("Violence", Violence) }
            .Where(category => category.From > 0).ToDictionary(category => category.Name, category => category.From, StringComparer.Ordinal);

    /// <summary>Whether the service is asked at all.</summary>
    internal bool IsOn => Endpoint.Length > 0 && Thresholds.Count > 0;
}
