using Azure.Core;

namespace Azure.Tests.Cosmos;

/// <summary>An identity that always gets a token.</summary>
internal sealed class FixedCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new("token", DateTimeOffset.UtcNow.AddDays(1));

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
