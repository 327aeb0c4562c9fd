using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Privacy;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What somebody may ask about her own data, and who may have it erased for her.</summary>
public sealed class PrivacyEndpoints(RequestExport export, RequestErasure erasure)
{
    public async ValueTask<Answer> ExportAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var asked = await export.HandleAsync(call.User, cancellationToken);
        return Answer.Json(ExportView.Of(new(asked, asked.State, null, null)), status: 202, location: "/v1/me/export");
    }

    public async ValueTask<Answer> ShowExportAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await export.ShowAsync(call.User, cancellationToken)).IsOk(out var seen, out var problem) ? Answer.Json(ExportView.Of(seen)) : problem;

    public ValueTask<Answer> EraseAsync(ApiCall call, CancellationToken cancellationToken) => EraseAsync(call, call.User, "/v1/me/erasure", cancellationToken);

    public ValueTask<Answer> ShowErasureAsync(ApiCall call, CancellationToken cancellationToken) => ShowAsync(call.User, cancellationToken);

    /// <summary>The platform, whose account she had.</summary>
    public ValueTask<Answer> EraseAccountAsync(ApiCall call, CancellationToken cancellationToken) =>
        EraseAsync(call, new(call.Id("userId")), $"/v1/platform/users/{call.Id("userId")}/erasure", cancellationToken);

    /// <summary>An operator, whom she has written to.</summary>
    public ValueTask<Answer> EraseUserAsync(ApiCall call, CancellationToken cancellationToken) =>
        EraseAsync(call, new(call.Id("userId")), $"/v1/operator/users/{call.Id("userId")}/erasure", cancellationToken);

    public ValueTask<Answer> ShowErasureOfUserAsync(ApiCall call, CancellationToken cancellationToken) => ShowAsync(new(call.Id("userId")), cancellationToken);

    private async ValueTask<Answer> EraseAsync(ApiCall call, UserId user, string location, CancellationToken cancellationToken) =>
        Answer.Json(ErasureView.Of(await erasure.HandleAsync(user, call.User, cancellationToken)), status: 202, location: location);

    private async ValueTask<Answer> ShowAsync(UserId user, CancellationToken cancellationToken) =>
        (await erasure.ShowAsync(user, cancellationToken)).IsOk(out var found, out var problem) ? Answer.Json(ErasureView.Of(found)) : problem;
}
