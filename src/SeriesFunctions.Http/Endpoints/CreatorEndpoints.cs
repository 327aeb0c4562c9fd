using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Profiles, applications, invitations, and what a creator is owed.</summary>
public sealed class CreatorEndpoints(
    ReportProfile report, ReportStrike strike, ShowMyStanding standing, Apply apply, DecideApplication decide, InviteCreator invite, ListApplications applications, ShowLedger ledger, OpenPayoutAccount openAccount, FollowPayoutAccount followAccount)
{
    public async ValueTask<Answer> ReportProfileAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReportProfileRequest>().IsOk(out var body, out var problem))
            return problem;
        var profile = new CreatorProfile(
            body.Value.Followers, body.Value.AccountCreatedAt, body.Value.AccountType, body.Value.PostsLast30Days, body.Value.ViewsLast30Days,
            body.Value.Country, body.Value.BirthDate, body.Value.Handle, default);
        return (await report.HandleAsync(new(call.Id("creatorId")), profile, body.Value.ReportedAt, cancellationToken)).Problem is { } refused ? refused : Answer.Empty();
    }

    public async ValueTask<Answer> ReportStrikeAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReportStrikeRequest>().IsOk(out var body, out var problem))
            return problem;
        var (at, reason, withdrawn, reportedAt) = body.Value;
        return (await strike.HandleAsync(new(call.Id("creatorId")), StrikeSources.Platform, call.Id("strikeId"), at, reason, withdrawn, reportedAt, about: null, cancellationToken)).Problem is { } refused
            ? refused
            : Answer.Empty();
    }

    public async ValueTask<Answer> ShowMeAsync(ApiCall call, CancellationToken cancellationToken) =>
        Answer.Json(await standing.HandleAsync(call.User, cancellationToken));

    public async ValueTask<Answer> ApplyAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ApplicationRequest>().IsOk(out var body, out var problem)
            || !(await apply.HandleAsync(call.User, body.Value.Programme, body.Value.PortfolioUrl, call.Key, cancellationToken)).IsOk(out var status, out problem))
            return problem;
        return Answer.Json(new ApplicationAnswer(body.Value.Programme, status), status: 202);
    }

    public ValueTask<Answer> ListApplicationsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => applications.HandleAsync(page, cancellationToken), ApplicationView.Of);

    public async ValueTask<Answer> DecideAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<DecideApplicationRequest>().IsOk(out var body, out var problem)
            || !(await decide.HandleAsync(new(call.Id("creatorId")), body.Value.Decision == ApplicationDecision.Approve, body.Value.Reason, body.Value.Programme, cancellationToken))
                .IsOk(out var decided, out problem))
            return problem;
        return Answer.Json(CreatorAnswer.Of(decided));
    }

    public async ValueTask<Answer> InviteAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<InvitationRequest>().IsOk(out var body, out var problem))
            return problem;
        if (!Ids.IsValid(body.Value.CreatorId))
            return Problem.Invalid([new("creatorId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")]);
        return (await invite.HandleAsync(new(body.Value.CreatorId), cancellationToken)).IsOk(out var invited, out problem)
            ? Answer.Json(CreatorAnswer.Of(invited), status: 201)
            : problem;
    }

    public async ValueTask<Answer> OpenPayoutAccountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<OpenPayoutAccountRequest>().IsOk(out var body, out var problem)
            || !(await openAccount.HandleAsync(call.User, body.Value.ReturnUrl, body.Value.RefreshUrl, cancellationToken)).IsOk(out var opened, out problem))
            return problem;
        return Answer.Json(MyPayoutAccountView.Of(opened.Payee, opened.Link), status: 201);
    }

    public async ValueTask<Answer> PayoutAccountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var payee = await followAccount.ShowAsync(call.User, cancellationToken);
        return Answer.Json(MyPayoutAccountView.Of(payee?.Value), payee?.ETag ?? "none");
    }

    public async ValueTask<Answer> TrialBalanceAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var creator = new UserId(call.Id("creatorId"));
        return Answer.Json(TrialBalanceView.Of(creator, await ledger.TrialBalanceAsync(creator, cancellationToken)));
    }
}
