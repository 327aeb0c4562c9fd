using Contract.Tests.Media;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.Blobs;

/// <summary>
/// The same suite on an account: <c>SERIES_BLOBS_ENDPOINT</c> names one that is for tests alone, whose containers <c>uploads</c> and <c>media</c> are there (infra/) and
/// are emptied by each test. Whoever is signed in is used.
/// </summary>
[Collection("configured media account")]
[Trait("needs", "blobs")]
public sealed class ConfiguredMediaAccountTests : MediaStoreContract
{
    private MediaAccount? _account;

    protected override DateTimeOffset Now => DateTimeOffset.UtcNow;

    protected override async ValueTask<IMediaStore> OpenAsync()
    {
        _account = await MediaAccount.OnConfiguredAsync();
        return _account.Store;
    }

    protected override ValueTask CloseAsync() => _account?.DisposeAsync() ?? default;
}
