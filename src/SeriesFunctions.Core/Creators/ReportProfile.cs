using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>The host app reports a creator's numbers. The last report counts; saying it twice changes nothing.</summary>
public sealed class ReportProfile(Records records, TimeProvider clock)
{
    public async ValueTask<Result<Done>> HandleAsync(UserId creator, CreatorProfile reported, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var checks = new FieldChecks()
            .Must(reported.Followers >= 0, "followers", "negative", "A count is 0 or more.")
            .Must(reported.PostsLast30Days >= 0, "postsLast30Days", "negative", "A count is 0 or more.")
            .Must(reported.ViewsLast30Days >= 0, "viewsLast30Days", "negative", "A count is 0 or more.")
            .Must(reported.AccountCreatedAt <= now, "accountCreatedAt", "in-the-future", "An account can't be created in the future.")
            .Must(reported.BirthDate.Year >= 1900 && reported.BirthDate <= DateOnly.FromDateTime(now.UtcDateTime), "birthDate", "not-a-birth-date", "A date from 1900 to today.")
            .Must(reported.Country.Length == 2 && reported.Country.All(char.IsAsciiLetterUpper), "country", "not-a-country", "An ISO 3166-1 code of two capital letters.")
            .Line(reported.Handle, "handle", 64);
        if (!checks.AllGood)
            return checks.Problem;
        await records.SaveAsync(
            new Batch(CreatorStanding.In(creator)).Put(CreatorProfile.DocumentId, reported with { ReportedAt = now }), cancellationToken);
        return Done.Value;
    }
}
