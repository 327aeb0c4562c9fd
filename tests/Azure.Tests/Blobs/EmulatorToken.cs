using System.Buffers.Text;
using System.Text;
using Azure.Core;

namespace Azure.Tests.Blobs;

/// <summary>A token as Entra ID would make it, but unsigned: Azurite reads its claims and checks no signature.</summary>
internal sealed class EmulatorToken : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var end = now.AddHours(1);
        var claims = $$"""
            {"aud":"https://storage.azure.com","iss":"https://sts.windows.net/{{Guid.Empty}}/","iat":{{now.ToUnixTimeSeconds() - 60}},"nbf":{{now.ToUnixTimeSeconds() - 60}},
            "exp":{{end.ToUnixTimeSeconds()}},"oid":"11111111-1111-1111-1111-111111111111","tid":"{{Guid.Empty}}","sub":"tests"}
            """;
        return new($"{Part("""{"typ":"JWT","alg":"RS256"}""")}.{Part(claims)}.{Part("none")}", end);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
