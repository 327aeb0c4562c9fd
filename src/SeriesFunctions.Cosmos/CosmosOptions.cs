using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.Cosmos;

/// <summary>Where the documents are and how long we wait for them. Section <see cref="Section"/>.</summary>
public sealed class CosmosOptions
{
    public const string Section = "Cosmos";

    /// <summary>The account, e.g. <c>https://name.documents.azure.com:443/</c>. There are no keys: the account takes identities only.</summary>
    [Required, Url]
    public string Endpoint { get; set; } = "";

    [Required, RegularExpression(NamePattern)]
    public string Database { get; set; } = "seriesfunctions";

    /// <summary>The one container: partition key <c>/pk</c>, index of <c>/sort</c> alone, time to live on without a default.</summary>
    [Required, RegularExpression(NamePattern)]
    public string Container { get; set; } = "documents";

    /// <summary>
    /// Gateway needs one HTTPS connection and no map of replicas, which is what an instance that has just started wants, and it is the transport that
    /// the contract suite runs on. Direct saves about a millisecond a request once it is warm, at a TCP connection or more per replica.
    /// </summary>
    public ConnectionMode ConnectionMode { get; set; } = ConnectionMode.Gateway;

    /// <summary>Regions in the order in which they are tried, e.g. <c>West Europe</c>; empty means the account's own order.</summary>
    public IList<string> PreferredRegions { get; } = [];

    /// <summary>Seconds that one call of the store may take with all its retries. Shorter than a client waits.</summary>
    [Range(1, 120)]
    public int OperationSeconds { get; set; } = 15;

    /// <summary>How often the SDK repeats a request that was refused for its cost, waiting each time as long as the service says.</summary>
    [Range(0, 20)]
    public int ThrottleRetries { get; set; } = 6;

    /// <summary>Seconds that those waits may add up to. Afterwards the caller is told that the store is busy.</summary>
    [Range(1, 60)]
    public int ThrottleSeconds { get; set; } = 5;

    /// <summary>
    /// Days that a relayed event stays. The change feed shows an event only while it exists, so this is also how long the relay may stand still before an
    /// event is lost: far longer than an outage, since the alert on the relay's lag goes off after minutes.
    /// </summary>
    [Range(3, 90)]
    public int OutboxDays { get; set; } = 14;

    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$";
}

[OptionsValidator]
public sealed partial class CosmosOptionsValidator : IValidateOptions<CosmosOptions>;
