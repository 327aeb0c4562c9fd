using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.Blobs;

/// <summary>Where the media are and how long we wait for them. Section <see cref="Section"/>.</summary>
public sealed class BlobsOptions
{
    public const string Section = "Blobs";

    /// <summary>
    /// The account's own blob address, e.g. <c>https://name.blob.core.windows.net/</c>: its name is part of what is signed, so no domain of one's own. There are no keys: the
    /// account takes identities only, and tokens are sent over HTTPS only.
    /// </summary>
    [Required, Url, RegularExpression("^https://[^?#]+$")]
    public string Endpoint { get; set; } = "";

    /// <summary>Seconds that one call of the store may take with all its retries; a copy has <see cref="CopySeconds"/>.</summary>
    [Range(1, 120)]
    public int OperationSeconds { get; set; } = 15;

    /// <summary>Seconds that a copy may take. Less than the validation that it is a part of (<c>Media:ValidationTimeout</c>).</summary>
    [Range(10, 600)]
    public int CopySeconds { get; set; } = 180;

    /// <summary>How often a request is repeated that met a fault or a busy service.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 4;

    /// <summary>MiB that one request of a copy asks for. The service takes up to 4,000; smaller ones are lost cheaper when a request fails.</summary>
    [Range(1, 4_000)]
    public int CopyBlockMegabytes { get; set; } = 64;

    /// <summary>How many requests of one copy are under way at once.</summary>
    [Range(1, 32)]
    public int CopyParallelism { get; set; } = 4;

    /// <summary>
    /// Tags a copy with the upload that it came from (<c>source</c>), so that all of a creator's media can be found by index. Needs the data action
    /// <c>Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/write</c> on the media container, which Storage Blob Data Contributor has not.
    /// </summary>
    public bool TagCopies { get; set; } = true;

    /// <summary>Hours that a key for signing URLs is asked for; longer where a URL needs it. The service's limit is 7 days.</summary>
    [Range(1, 160)]
    public int DelegationKeyHours { get; set; } = 48;
}

[OptionsValidator]
public sealed partial class BlobsOptionsValidator : IValidateOptions<BlobsOptions>;
