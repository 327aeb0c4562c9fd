using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.App.Hosting;

/// <summary>The app's identity towards Azure AI Content Safety, where no key is set. The credential keeps its tokens itself.</summary>
internal static class ContentSafetyIdentity
{
    public static ContentSafetyToken Of(IServiceProvider services)
    {
        var credential = services.GetRequiredService<TokenCredential>();
        return async cancellationToken =>
        {
            try
            {
                return (await credential.GetTokenAsync(new([ContentSafetyService.Scope]), cancellationToken)).Token;
            }
            // Without a token the service isn't asked, and a person is told so.
            catch (AuthenticationFailedException)
            {
                return null;
            }
        };
    }
}
