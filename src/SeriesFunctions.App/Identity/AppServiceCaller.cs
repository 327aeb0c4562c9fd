using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.App.Identity;

/// <summary>
/// The caller as App Service Authentication hands it over: it checks the token before a request gets here, takes away what a client sent under its own header's name, and
/// puts the claims into <c>X-MS-CLIENT-PRINCIPAL</c> as base64 of JSON. Where the platform doesn't say that it does this, by <c>WEBSITE_AUTH_ENABLED</c>, anybody could have
/// written that header: it is then not looked at, and nobody is signed in.
/// Source: Microsoft Learn, "Work with user identities in Azure App Service authentication".
/// </summary>
public sealed partial class AppServiceCaller : ICaller
{
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";
    public const string EnabledSetting = "WEBSITE_AUTH_ENABLED";

    private const string ForwardedHeader = "X-Forwarded-For";

    /// <summary>More than all headers of a request may have together; what is longer is not the platform's.</summary>
    private const int MostCharacters = 32 * 1024;

    private readonly IdentityOptions _options;
    private readonly ILogger<AppServiceCaller> _logger;
    private readonly bool _isTrusted;

    public AppServiceCaller(IConfiguration configuration, IdentityOptions options, ILogger<AppServiceCaller> logger)
    {
        _options = options;
        _logger = logger;
        _isTrusted = string.Equals(configuration[EnabledSetting], "true", StringComparison.OrdinalIgnoreCase);
        if (!_isTrusted)
            LogNotEnabled(logger, EnabledSetting);
    }

    public ValueTask<CallerReading> ReadAsync(HttpContext http)
    {
        var header = http.Request.Headers[PrincipalHeader];
        // A token that the platform did not turn into a principal is not a good one.
        if (!_isTrusted || header.Count == 0)
            return ValueTask.FromResult(http.Request.Headers.Authorization.Count == 0 ? CallerReading.Anonymous : CallerReading.Invalid);
        if (header.Count == 1 && header[0] is { Length: > 0 and <= MostCharacters } text && Read(text) is { } caller)
            return ValueTask.FromResult(new CallerReading(caller, false));
        LogNoCaller(_logger, _options.UserIdClaim);
        return ValueTask.FromResult(CallerReading.Invalid);
    }

    /// <summary>
    /// The platform's front end adds the address that it was called from as the last entry of <c>X-Forwarded-For</c>, and the worker makes it the connection's before a function runs, taking it
    /// away from the header: what is left there a client may have written. Where the connection still is the Functions host's, the entry is still in the header. Where the platform is not in front,
    /// nobody can tell. Source: azure-functions-dotnet-worker, FunctionsHostBuilderExtensions, and its issue 3111.
    /// </summary>
    public IPAddress? AddressOf(HttpContext http)
    {
        if (!_isTrusted)
            return null;
        var seen = http.Connection.RemoteIpAddress;
        // Each proxy of one's own has added one more entry, left of the one that the platform added.
        var fromRight = _options.ProxiesInFront + (seen is null || IPAddress.IsLoopback(seen) ? 1 : 0);
        if (fromRight == 0)
            return seen;
        var entries = http.Request.Headers[ForwardedHeader].ToString().Split(',');
        return entries.Length >= fromRight && IPEndPoint.TryParse(entries[^fromRight].Trim(), out var end) ? end.Address : null;
    }

    private Caller? Read(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return null;
        try
        {
            using var principal = JsonDocument.Parse(bytes.AsMemory(0, length));
            if (principal.RootElement.ValueKind != JsonValueKind.Object || !principal.RootElement.TryGetProperty("claims"u8, out var claims) || claims.ValueKind != JsonValueKind.Array)
                return null;
            string? user = null;
            var roles = new HashSet<string>(StringComparer.Ordinal);
            foreach (var claim in claims.EnumerateArray())
            {
                var type = claim.GetProperty("typ"u8).GetString();
                var value = claim.GetProperty("val"u8).GetString();
                if (type == _options.UserIdClaim)
                {
                    // Two different answers to the question who somebody is are none.
                    if (user is not null && user != value)
                        return null;
                    user = value;
                }
                else if (type == _options.RoleClaim && value is not null && Roles.All.Contains(value))
                {
                    roles.Add(value);
                }
            }
            return Ids.IsValid(user) ? new(new(user!), roles) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} is not true: App Service Authentication is off, so nobody can sign in")]
    private static partial void LogNotEnabled(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A principal has no usable {Claim}")]
    private static partial void LogNoCaller(ILogger logger, string claim);
}
