using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.App.Identity;
using SeriesFunctions.Http.Conventions;

namespace Azure.Tests.App;

/// <summary>Who is calling on Azure. Finds the way in that a forged header would be.</summary>
public sealed class AppServiceCallerTests
{
    private const string Id = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

    [Fact]
    public async Task The_platforms_principal_is_the_caller_with_her_roles()
    {
        var reading = await ReadAsync("True", Principal((Id, "8c1e-42"), ("roles", "moderator"), ("roles", "emperor"), ("name", "Mo")));
        Assert.Equal("8c1e-42", reading.Caller!.Id.Value);
        Assert.Equal([Roles.Moderator], reading.Caller.Roles);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("False")]
    [InlineData("0")]
    public async Task Where_the_platform_does_not_say_that_it_checks_the_header_is_not_looked_at(string? enabled)
    {
        var reading = await ReadAsync(enabled, Principal((Id, "mallory"), ("roles", "operator")));
        Assert.Null(reading.Caller);
        Assert.False(reading.IsInvalid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("True")]
    public async Task A_token_that_did_not_become_a_principal_is_refused(string? enabled) =>
        Assert.True((await ReadAsync(enabled, null, authorization: "Bearer expired")).IsInvalid);

    [Fact]
    public async Task Nobody_is_nobody()
    {
        var reading = await ReadAsync("True", null);
        Assert.Null(reading.Caller);
        Assert.False(reading.IsInvalid);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("")]
    [InlineData("bm90IGpzb24=")] // not json
    [InlineData("W10=")] // []
    [InlineData("e30=")] // {}
    [InlineData("eyJjbGFpbXMiOnt9fQ==")] // {"claims":{}}
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6MX1dfQ==")] // {"claims":[{"typ":1}]}
    [InlineData("eyJjbGFpbXMiOlsxXX0=")] // {"claims":[1]}
    public async Task What_is_no_principal_is_refused(string header) => Assert.True((await ReadAsync("True", header)).IsInvalid);

    [Theory]
    [InlineData("auth0|123")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task An_id_that_could_not_stand_in_a_path_is_refused(string id) => Assert.True((await ReadAsync("True", Principal((Id, id)))).IsInvalid);

    [Fact]
    public async Task Two_ids_are_none() => Assert.True((await ReadAsync("True", Principal((Id, "one"), (Id, "two")))).IsInvalid);

    [Fact]
    public async Task Two_headers_are_none() =>
        Assert.True((await ReadAsync("True", Principal((Id, "one")), second: Principal((Id, "one")))).IsInvalid);

    [Fact]
    public async Task The_claims_are_what_the_settings_say()
    {
        var reading = await ReadAsync("true", Principal((Id, "pairwise"), ("oid", "object-1"), ("groups", "operator")), options: new() { UserIdClaim = "oid", RoleClaim = "groups" });
        Assert.Equal("object-1", reading.Caller!.Id.Value);
        Assert.True(reading.Caller.Is(Roles.Operator));
    }

    /// <summary>As the worker leaves it: the last entry is the connection's address already, what stands left of it is still in the header.</summary>
    [Theory]
    [InlineData("True", 0, "203.0.113.9", "6.6.6.6", "203.0.113.9")]
    [InlineData("True", 1, "147.243.2.10", "6.6.6.6, 203.0.113.9", "203.0.113.9")]
    [InlineData("True", 1, "147.243.2.10", "203.0.113.9:40512", "203.0.113.9")]
    [InlineData("True", 1, "147.243.2.10", "[2001:db8::1]:40512", "2001:db8::1")]
    [InlineData("True", 2, "147.243.2.10", "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9")]
    [InlineData("True", 2, "147.243.2.10", "203.0.113.9", null)]
    [InlineData("True", 1, "147.243.2.10", "unknown", null)]
    [InlineData("True", 1, "147.243.2.10", null, null)]
    // Where it left the header alone.
    [InlineData("True", 0, "127.0.0.1", "6.6.6.6, 203.0.113.9:51234", "203.0.113.9")]
    [InlineData("True", 1, "::1", "6.6.6.6, 203.0.113.9, 147.243.2.10", "203.0.113.9")]
    [InlineData("True", 0, "127.0.0.1", "nonsense", null)]
    [InlineData("False", 0, "6.6.6.6", "6.6.6.6", null)]
    [InlineData(null, 1, "127.0.0.1", "6.6.6.6", null)]
    public void The_address_is_what_the_platform_says_and_never_what_a_client_wrote(string? enabled, int proxies, string connection, string? forwarded, string? expected)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(connection);
        if (forwarded is not null)
            http.Request.Headers["X-Forwarded-For"] = forwarded;
        Assert.Equal(expected, CallerWhere(enabled, new() { ProxiesInFront = proxies }).AddressOf(http)?.ToString());
    }

    private static ValueTask<CallerReading> ReadAsync(string? enabled, string? principal, string? authorization = null, string? second = null, IdentityOptions? options = null)
    {
        var http = new DefaultHttpContext();
        if (principal is not null)
            http.Request.Headers[AppServiceCaller.PrincipalHeader] = second is null ? principal : new Microsoft.Extensions.Primitives.StringValues([principal, second]);
        if (authorization is not null)
            http.Request.Headers.Authorization = authorization;
        return CallerWhere(enabled, options).ReadAsync(http);
    }

    private static AppServiceCaller CallerWhere(string? enabled, IdentityOptions? options = null) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(AppServiceCaller.EnabledSetting, enabled)]).Build(), options ?? new(), NullLogger<AppServiceCaller>.Instance);

    private static string Principal(params (string Type, string Value)[] claims) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"auth_typ":"aad","name_typ":"name","role_typ":"roles","claims":[{{string.Join(',', claims.Select(claim => $$"""{"typ":"{{claim.Type}}","val":"{{claim.Value}}"}"""))}}]}"""));
}
