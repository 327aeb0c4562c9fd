using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Documents;

/// <summary>
/// A used key: in the partition <c>viewer|{owner}</c>, kept for <see cref="IdempotencyClaims.KeptFor"/>. It has the id of what the request made, or what it was answered where that alone says it.
/// </summary>
public sealed record IdempotencyClaim(string Id, string BodyHash, DateTimeOffset At, KeptAnswer? Answer = null)
{
    /// <summary>Stands for an id where nothing was made that has one.</summary>
    public const string NoId = "-";
}

/// <summary>
/// Remembers which request made what. A use case that writes to the caller's own partition adds the claim to its batch;
/// one that writes elsewhere claims first, so that a crash between the two leaves a claim whose id the next attempt uses.
/// </summary>
public sealed class IdempotencyClaims(Records records, TimeProvider clock)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    public static readonly Problem Reused =
        Problem.Refused("idempotency-key-reused", "This Idempotency-Key was used for another request. Use a new key for a new request.");

    public static Partition In(UserId owner) => new($"viewer|{owner}");

    public static string DocumentId(string scope, string key) =>
        "idem|" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{key}")).AsSpan(0, 16));

    /// <summary>The key with the id that it stands for, if it was used before; a problem when it was used for something else.</summary>
    public async ValueTask<Result<IdempotencyKey>> LookUpAsync(UserId owner, string scope, string key, string bodyHash, CancellationToken cancellationToken)
    {
        var claim = await records.FindAsync<IdempotencyClaim>(In(owner), DocumentId(scope, key), cancellationToken);
        if (claim is null)
            return new IdempotencyKey(owner, scope, key, bodyHash, null);
        return claim.Value.BodyHash == bodyHash ? new IdempotencyKey(owner, scope, key, bodyHash, claim.Value.Id, claim.Value.Answer) : Reused;
    }

    /// <summary>Adds the claim to a batch in the owner's own partition. Nothing to add where it was claimed before.</summary>
    public Batch Add(Batch batch, IdempotencyKey key, string id) => key.ClaimedId is not null
        ? batch
        : batch.Create(DocumentId(key.Scope, key.Key), new IdempotencyClaim(id, key.BodyHash, clock.GetUtcNow()), timeToLive: KeptFor);

    /// <summary>Claims before a write in another partition. Answers the id to use: <paramref name="id"/>, or that of a request that was faster.</summary>
    public async ValueTask<Result<string>> ClaimAsync(IdempotencyKey key, string id, CancellationToken cancellationToken)
    {
        if (key.ClaimedId is { } claimed)
            return claimed;
        var outcome = await records.SaveAsync(Add(new Batch(In(key.Owner)), key, id), cancellationToken);
        if (outcome.IsOk)
            return id;
        return (await LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var found, out var problem)
            ? found.ClaimedId ?? throw new StoreUnavailableException("A claim was taken and could not be read.")
            : problem;
    }

    /// <summary>
    /// Remembers a request that went well and has claimed nothing itself, with what it is answered; null: without. Answers what is to be said: that of a request with the same key which was faster, if there
    /// was one.
    /// </summary>
    public async ValueTask<Result<KeptAnswer?>> RememberAsync(IdempotencyKey key, KeptAnswer? answer, CancellationToken cancellationToken)
    {
        var claim = new IdempotencyClaim(IdempotencyClaim.NoId, key.BodyHash, clock.GetUtcNow(), answer);
        if ((await records.SaveAsync(new Batch(In(key.Owner)).Create(DocumentId(key.Scope, key.Key), claim, timeToLive: KeptFor), cancellationToken)).IsOk)
            return answer;
        return (await LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var found, out var problem) ? found.Answer ?? answer : problem;
    }
}
