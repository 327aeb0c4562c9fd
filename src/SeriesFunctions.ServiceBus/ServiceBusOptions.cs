using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.ServiceBus;

/// <summary>Where the queues are. Section <see cref="Section"/>.</summary>
public sealed class ServiceBusOptions : IValidatableObject
{
    public const string Section = "ServiceBus";

    /// <summary>The namespace, e.g. <c>name.servicebus.windows.net</c>. There are no keys: it takes identities only.</summary>
    [RegularExpression(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")]
    public string? Namespace { get; set; }

    /// <summary>For the emulator alone, which knows no identities: its connection string, with <c>UseDevelopmentEmulator=true</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Seconds that one attempt may take before the SDK repeats it.</summary>
    [Range(1, 60)]
    public int TrySeconds { get; set; } = 15;

    /// <summary>How often the SDK repeats what failed for a moment, after 0.8 seconds and then longer.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 3;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Namespace) == string.IsNullOrEmpty(ConnectionString))
            yield return new("Either Namespace or, for the emulator, ConnectionString has to be set.", [nameof(Namespace)]);
        if (!string.IsNullOrEmpty(ConnectionString) && !ConnectionString.Contains("UseDevelopmentEmulator=true", StringComparison.OrdinalIgnoreCase))
            yield return new("ConnectionString is for the emulator; a namespace is reached by an identity.", [nameof(ConnectionString)]);
    }
}

[OptionsValidator]
public sealed partial class ServiceBusOptionsValidator : IValidateOptions<ServiceBusOptions>;
