using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Local.Identity;

/// <summary>
/// Bearer tokens of the local host: ASP.NET Core's tickets, protected with keys in the data folder, so that they outlive a restart. Good for a day by the host's clock.
/// Read here and nowhere else: the authentication middleware would take every token apart a second time.
/// </summary>
public sealed class LocalTokens(IDataProtectionProvider protection, TimeProvider clock) : ICaller
{
    private const string Scheme = "Bearer";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>How many tokens are remembered; when there are more, all are forgotten and read anew.</summary>
    private const int MostRemembered = 10_000;

    // A phone sends the same token with every request, and taking it apart costs as much as answering.
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Expires)> _remembered = new(StringComparer.Ordinal);
    private readonly TicketDataFormat _format = new(protection.CreateProtector("SeriesFunctions.Local.BearerToken"));

    public string Issue(UserId user, IEnumerable<string> roles)
    {
        var claims = roles.Select(role => new Claim(ClaimTypes.Role, role)).Prepend(new(ClaimTypes.NameIdentifier, user.Value));
        var ticket = new AuthenticationTicket(
            new(new ClaimsIdentity(claims, Scheme)),
            new AuthenticationProperties { ExpiresUtc = clock.GetUtcNow() + Lifetime },
            Scheme);
        return _format.Protect(ticket);
    }

    public ValueTask<CallerReading> ReadAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
            return ValueTask.FromResult(CallerReading.Anonymous);
        var text = header.ToString();
        return ValueTask.FromResult(
            text.Length is > 7 and <= 4_096 && text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Read(text[7..].Trim()) is { } caller
                ? new CallerReading(caller, false)
                : CallerReading.Invalid);
    }

    /// <summary>Nobody stands between a client and this host, so it is the connection's; no header is looked at.</summary>
    public IPAddress? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress;

    private Caller? Read(string token)
    {
        if (_remembered.TryGetValue(token, out var known))
            return known.Expires > clock.GetUtcNow() ? known.Caller : null;
        // Unprotecting answers null for whatever is not a token of ours.
        if (_format.Unprotect(token) is not { } ticket || ticket.Properties.ExpiresUtc is not { } expires || expires <= clock.GetUtcNow())
            return null;
        var user = ticket.Principal.FindFirstValue(ClaimTypes.NameIdentifier);
        if (!Ids.IsValid(user))
            return null;
        var caller = new Caller(new(user!), ticket.Principal.FindAll(ClaimTypes.Role).Select(claim => claim.Value).Where(Roles.All.Contains).ToHashSet());
        if (_remembered.Count >= MostRemembered)
            _remembered.Clear();
        _remembered[token] = (caller, expires);
        return caller;
    }
}
