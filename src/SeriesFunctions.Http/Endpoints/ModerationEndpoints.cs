using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Review.</summary>
public sealed class ModerationEndpoints(ShowCases cases, DecideCase decide)
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
            ? Pages.AnswerAsync(call, page => cases.PageAsync(wanted, page, cancellationToken), found => CaseView.Of(found))
            : ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-state", "state is one of: open, decided."));
    }

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await cases.OneAsync(new(call.Id("caseId")), cancellationToken)).IsOk(out var found, out var problem)
            ? Answer.Json(CaseView.Of(found.Case.Value, found.Revision), found.Case.ETag)
            : problem;

    public async ValueTask<Answer> DecideAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<DecisionRequest>().IsOk(out var body, out var problem)
            || !(await decide.HandleAsync(new(call.Id("caseId")), call.User, body.Value.Decision, body.Value.Rule, body.Value.Note, cancellationToken)).IsOk(out var decided, out problem))
            return problem;
        return Answer.Json(CaseView.Of(decided));
    }
}
