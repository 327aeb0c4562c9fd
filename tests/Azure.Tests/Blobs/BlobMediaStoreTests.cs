using Contract.Tests.Media;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.Blobs;

/// <summary>The media port's promises, kept through the real SDK on Azurite. One test at a time, since there is one account.</summary>
[Collection("azurite")]
[Trait("needs", "azurite")]
public sealed class BlobMediaStoreTests : MediaStoreContract
{
    private MediaAccount? _account;

    protected override DateTimeOffset Now => DateTimeOffset.UtcNow;

    /// <summary>Azurite compares with "greater than the length"; the service refuses what is equal to it too.</summary>
    protected override bool AnswersNothingAtTheEnd => true;

    protected override async ValueTask<IMediaStore> OpenAsync()
    {
        _account = await MediaAccount.OnAzuriteAsync();
        return _account.Store;
    }

    protected override ValueTask CloseAsync() => _account?.DisposeAsync() ?? default;
}
