using System.Net;
using Microsoft.AspNetCore.Http;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Conventions;

/// <summary>
/// Who is calling. <paramref name="Roles"/> are those of the token: <c>moderator</c>, <c>operator</c>, <c>platform</c>; whether somebody is a creator is looked up.
/// </summary>
public sealed record Caller(UserId Id, IReadOnlySet<string> Roles)
{
    public bool Is(string role) => Roles.Contains(role);
}

public static class Roles
{
    public const string Moderator = "moderator";
    public const string Operator = "operator";
    public const string Platform = "platform";

    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal) { Moderator, Operator, Platform };
}

/// <summary>What a host makes of a request's credentials.</summary>
public readonly record struct CallerReading(Caller? Caller, bool IsInvalid)
{
    public static readonly CallerReading Anonymous;

    public static readonly CallerReading Invalid = new(null, true);
}

/// <summary>The port for authentication: App Service Authentication on Azure, bearer tokens of its own on the local host.</summary>
public interface ICaller
{
    ValueTask<CallerReading> ReadAsync(HttpContext http);

    /// <summary>Where the request came from, by somebody whom the host may believe: never by what a client wrote. Null where nobody can tell.</summary>
    IPAddress? AddressOf(HttpContext http);
}
