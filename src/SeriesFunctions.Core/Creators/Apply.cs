using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>A user asks to join a programme. Who meets every rule is approved off the queue; who lacks only followers needs a portfolio and waits for a person.</summary>
public sealed class Apply(Records records, CreatorRecords creators, TimeProvider clock, CreatorsOptions options)
{
    public async ValueTask<Result<ProgrammeStatus>> HandleAsync(UserId user, Programme programme, string? portfolioUrl, Kernel.IdempotencyKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (portfolioUrl is not null && !(portfolioUrl.Length <= 500 && Uri.TryCreate(portfolioUrl, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
            return Problem.Invalid([new("portfolioUrl", "not-an-https-url", "An https URL of at most 500 characters.")]);

        var profile = (await creators.ProfileAsync(user, cancellationToken))?.Value;
        var standing = await creators.StandingAsync(user, cancellationToken);
        var before = standing?.Value ?? CreatorStanding.New(user);
        var status = before.StatusAt(programme, now, options);
        if (!ProgrammeLife.Next(status, ProgrammeCause.Apply).IsOk(out var next, out var refused))
            return refused;
        if (next == status)
            return status;
        var unmet = Eligibility.Look(programme, profile, before, now, options);
        if (unmet.Count > 0 && !(portfolioUrl is not null && Eligibility.PortfolioMayDo(programme, unmet)))
            return Ineligible(unmet);

        var application = key.IdFor("app", now);
        var applied = before.With(programme, new(next, application, portfolioUrl, now, null, null));
        var outcome = await records.SaveAsync(
            new Batch(CreatorStanding.In(user))
                .Save(CreatorStanding.DocumentId, standing, applied)
                .Emit(new ApplicationReceived(user, programme, application), now),
            cancellationToken);
        // Two requests at once: the other one applied, and that is what both wanted.
        return outcome.IsOk || outcome.Status is WriteStatus.Conflict or WriteStatus.Stale ? ProgrammeStatus.Applied : throw new InvalidOperationException($"Not expected here: {outcome.Status}");
    }

    private static Problem Ineligible(IReadOnlyList<Unmet> unmet) =>
        Problem.Refused("not-eligible", "Some rules of the programme are not met; see unmet.") with
        {
            Extensions = new Dictionary<string, object> { ["unmet"] = unmet.ToList() },
        };
}
