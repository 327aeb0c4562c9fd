using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.App.Identity;

/// <summary>Section <c>Identity</c>: which claims of a token say who somebody is. Claims stand as App Service Authentication names them.</summary>
public sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>Its value is the user's id everywhere in the API, so it must be 1 to 64 characters of A-Z a-z 0-9 _ -; a token with another one is refused.</summary>
    [Required, MinLength(1)]
    public string UserIdClaim { get; set; } = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

    /// <summary>Each value that is <c>moderator</c>, <c>operator</c> or <c>platform</c> is a role; others are nobody's business here.</summary>
    [Required, MinLength(1)]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>How many proxies of one's own (Front Door, API Management) stand in front of the app, each adding to <c>X-Forwarded-For</c>. Only where nothing else reaches the app: otherwise a client writes there what it likes.</summary>
    [Range(0, 5)]
    public int ProxiesInFront { get; set; }
}

[OptionsValidator]
internal sealed partial class IdentityOptionsValidator : IValidateOptions<IdentityOptions>;
