using SeriesFunctions.Core.Privacy;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What somebody may ask about her own data.</summary>
public sealed class PrivacyEndpoints(RequestExport export)
{
    public async ValueTask<Answer> ExportAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var asked = await export.HandleAsync(call.User, cancellationToken);
        return Answer.Json(ExportView.Of(new(asked, asked.State, null, null)), status: 202, location: "/v1/me/export");
    }

    public async ValueTask<Answer> ShowExportAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await export.ShowAsync(call.User, cancellationToken)).IsOk(out var seen, out var problem) ? Answer.Json(ExportView.Of(seen)) : problem;
}
