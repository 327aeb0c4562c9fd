namespace SeriesFunctions.Core.Kernel;

/// <summary>
/// The caller's key for one request that creates something: who, for what kind of request, which key, and the hash of what was asked.
/// The claim of a key holds the id of what it made, so doing it again conflicts with itself and answers the same.
/// </summary>
/// <param name="Owner">Whose key it is.</param>
/// <param name="Scope">The route, so that one key may serve two kinds of requests.</param>
/// <param name="Key">1 to 64 characters.</param>
/// <param name="BodyHash">SHA-256 of path and body in hex.</param>
/// <param name="ClaimedId">The id that an earlier request with this key made or meant to make; null the first time.</param>
/// <param name="Answer">What that request was answered, where it is kept.</param>
public sealed record IdempotencyKey(UserId Owner, string Scope, string Key, string BodyHash, string? ClaimedId, KeptAnswer? Answer = null)
{
    /// <summary>The id for what this request makes: the claimed one, or a new one.</summary>
    public string IdFor(string prefix, DateTimeOffset now) => ClaimedId ?? Ids.New(prefix, now);

    /// <summary>The id for what this request makes at a place, where the key needs no claim: the same key gives the same id there, so the thing itself is what a repetition finds.</summary>
    public string NaturalId(string prefix, string place) => Ids.Derived(prefix, $"{Owner} {Scope} {place} {Key}");
}

/// <summary>A good answer as it was given, to be given again. <paramref name="Body"/> is its JSON; <paramref name="ETag"/> is without quotes.</summary>
public sealed record KeptAnswer(int Status, string? Body, string? ETag, string? Location)
{
    /// <summary>Bytes of body that are kept. Source: ours; a claim is a small document.</summary>
    public const int MaxBody = 64 * 1024;
}
