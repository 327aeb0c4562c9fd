using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Review: the queue, who works on what, decisions.</summary>
public sealed class ModerationEndpoints(ShowCases cases, ClaimCase claim, DecideCase decide, FileReport file, AppealDecision appeal, TimeProvider clock)
{
    public ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        CaseState? state = (call.Query("state") ?? "open") switch
        {
            "open" => CaseState.Open,
            "decided" => CaseState.Decided,
            _ => null,
        };
        return state is { } wanted
            ? Pages.AnswerAsync(call, page => cases.PageAsync(wanted, page, cancellationToken), found => CaseView.Of(found, clock.GetUtcNow()))
            : ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-state", "state is one of: open, decided."));
    }

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await cases.OneAsync(CaseOf(call), cancellationToken)).IsOk(out var found, out var problem))
            return problem;
        var reports = found.Case.Value.Reports is not null ? await cases.ReportsAsync(found.Case.Value.Id, cancellationToken) : null;
        return Answer.Json(CaseView.Of(found.Case.Value, clock.GetUtcNow(), found.Revision, reports), found.Case.ETag);
    }

    public async ValueTask<Answer> ReportAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReportRequest>().IsOk(out var body, out var problem)
            || !(await file.HandleAsync(call.User, new(body.Value.SeriesId, body.Value.VideoId, body.Value.Reason, body.Value.Note, body.Value.CommentId), cancellationToken)).IsOk(out var filed, out problem))
            return problem;
        return Answer.Json(ReportView.Of(filed), status: 202);
    }

    public async ValueTask<Answer> AppealAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AppealRequest>().IsOk(out var body, out var problem)
            || !(await appeal.HandleAsync(call.SeriesId, call.User, body.Value.Note, cancellationToken)).IsOk(out var opened, out problem))
            return problem;
        return Answer.Json(AppealView.Of(opened), status: 202);
    }

    public async ValueTask<Answer> ClaimAsync(ApiCall call, CancellationToken cancellationToken) => Show(await claim.HandleAsync(CaseOf(call), call.User, cancellationToken));

    public async ValueTask<Answer> ReleaseAsync(ApiCall call, CancellationToken cancellationToken) => Show(await claim.ReleaseAsync(CaseOf(call), call.User, cancellationToken));

    public async ValueTask<Answer> DecideAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<DecisionRequest>().IsOk(out var body, out var problem)
            || !(await decide.HandleAsync(CaseOf(call), call.User, body.Value.ToNew(), cancellationToken)).IsOk(out var decided, out problem))
            return problem;
        return Answer.Json(CaseView.Of(decided, clock.GetUtcNow()));
    }

    private Answer Show(Result<Stored<Case>> result) =>
        result.IsOk(out var stored, out var problem) ? Answer.Json(CaseView.Of(stored.Value, clock.GetUtcNow()), stored.ETag) : problem;

    private static CaseId CaseOf(ApiCall call) => new(call.Id("caseId"));
}
