using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Files that no series may hold.</summary>
public sealed class KnownBadFileEndpoints(KnownBadFiles files)
{
    public ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken) => call.Query("state") switch
    {
        null or "banned" => Pages.AnswerAsync(call, page => files.PageAsync(banned: true, page, cancellationToken), KnownBadFileView.Of),
        "lifted" => Pages.AnswerAsync(call, page => files.PageAsync(banned: false, page, cancellationToken), KnownBadFileView.Of),
        _ => ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-state", "state is one of: banned, lifted.")),
    };

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        await files.FindAsync(call.Id("sha256"), cancellationToken) is { } found ? Answer.Json(KnownBadFileView.Of(found.Value), found.ETag) : Problem.NotFound("banned file");

    public async ValueTask<Answer> BanAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<BanFileRequest>().IsOk(out var body, out var problem)
            || !(await files.BanAsync(body.Value.Sha256, body.Value.Reason, call.User, cancellationToken)).IsOk(out var banned, out problem))
            return problem;
        return Answer.Json(KnownBadFileView.Of(banned.Value), banned.ETag, 201);
    }

    public async ValueTask<Answer> LiftAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await files.LiftAsync(call.Id("sha256"), call.User, call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();
}
