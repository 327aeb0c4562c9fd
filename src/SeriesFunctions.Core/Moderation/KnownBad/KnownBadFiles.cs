using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>The files that no series may hold, by their SHA-256: moderators read the list, add to it and lift what is on it.</summary>
public sealed class KnownBadFiles(Records records, TimeProvider clock)
{
    public ValueTask<Stored<KnownBadFile>?> FindAsync(string sha256, CancellationToken cancellationToken) =>
        records.FindAsync<KnownBadFile>(KnownBadFile.In, sha256.ToLowerInvariant(), cancellationToken);

    /// <summary>Banned ones or lifted ones, oldest first by the last change.</summary>
    public ValueTask<Result<RecordPage<KnownBadFile>>> PageAsync(bool banned, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<KnownBadFile>(KnownBadFile.In, SortRange.Prefix(KnownBadFile.SortPrefix(banned)), Direction.Ascending, page, cancellationToken);

    /// <summary>A moderator bans a file by its hash. Where a moderator's own ban stands already, nothing changes.</summary>
    /// <param name="sha256">64 hexadecimal digits.</param>
    /// <param name="reason">For people, 1 to 200 characters.</param>
    /// <param name="moderator">Whose word it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Result<Stored<KnownBadFile>>> BanAsync(string sha256, string reason, UserId moderator, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Line(reason, "reason", 200)
            .Must(sha256.Length == 64 && sha256.All(char.IsAsciiHexDigit), "sha256", "not-a-sha-256", "A SHA-256 has 64 hexadecimal digits.");
        if (!checks.AllGood)
            return checks.Problem;
        var hash = sha256.ToLowerInvariant();
        while (true)
        {
            var stored = await FindAsync(hash, cancellationToken);
            if (stored?.Value.Causes.Any(cause => cause is { CaseId: null, Lifted: null }) == true)
                return stored;
            var banned = (stored?.Value ?? KnownBadFile.New(hash)).Ban(new(null, moderator.Value, reason, clock.GetUtcNow()));
            var outcome = await records.SaveAsync(
                new Batch(KnownBadFile.In).Save(hash, stored, banned, banned.Sort).Emit(new CopiesSought([banned.Sha256], From: null), clock.GetUtcNow()), cancellationToken);
            if (!outcome.IsOk)
                continue;
            Telemetry.Count("file-banned");
            return new Stored<KnownBadFile>(banned, outcome.ETags[0]!);
        }
    }

    /// <summary>A moderator lifts every ban of a file, whatever its causes. What is not banned can't be found.</summary>
    public async ValueTask<Result<Done>> LiftAsync(string sha256, UserId moderator, string etag, CancellationToken cancellationToken)
    {
        if (await FindAsync(sha256, cancellationToken) is not { Value.IsBanned: true } stored)
            return Problem.NotFound("banned file");
        if (stored.ETag != etag)
            return Problem.Stale;
        var lifted = stored.Value.Lift(_ => true, new(moderator.Value, clock.GetUtcNow()));
        if (!(await records.SaveAsync(new Batch(KnownBadFile.In).Replace(lifted.Sha256.Value, lifted, etag, lifted.Sort), cancellationToken)).IsOk)
            return Problem.Stale;
        Telemetry.Count("file-ban-lifted");
        return Done.Value;
    }
}
