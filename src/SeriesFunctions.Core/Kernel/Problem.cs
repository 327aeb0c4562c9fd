namespace SeriesFunctions.Core.Kernel;

/// <summary>What kind of refusal a <see cref="Problem"/> is. One place, in the HTTP project, turns a kind into a status code.</summary>
public enum ProblemKind
{
    /// <summary>The request can't be read: 400.</summary>
    Malformed,

    /// <summary>Nobody is signed in, or the token is not valid: 401.</summary>
    NotAuthenticated,

    /// <summary>The caller may not do this: 403.</summary>
    Forbidden,

    /// <summary>It does not exist, or it is not the caller's to see: 404.</summary>
    NotFound,

    /// <summary>The state of what exists forbids it now: 409.</summary>
    Conflict,

    /// <summary>Somebody changed it since the caller read it: 412.</summary>
    Stale,

    /// <summary>Larger than we take: 413.</summary>
    TooLarge,

    /// <summary>Not a content type that we read: 415.</summary>
    UnsupportedType,

    /// <summary>Readable, but a rule of the product refuses it: 422.</summary>
    Refused,

    /// <summary>A header that the request needs is missing: 428.</summary>
    PreconditionRequired,

    /// <summary>Too many requests; try again after <see cref="Problem.RetryAfter"/>: 429.</summary>
    TooMany,

    /// <summary>Something that we need is not answering; try again after <see cref="Problem.RetryAfter"/>: 503.</summary>
    Unavailable,
}

/// <summary>One field that is wrong. <paramref name="Field"/> is the JSON path in the request, e.g. <c>price.amount</c>.</summary>
public sealed record FieldError(string Field, string Code, string Detail);

/// <summary>
/// An expected refusal, as a value. <paramref name="Code"/> is kebab-case and stable, clients switch on it;
/// <paramref name="Detail"/> is a sentence for people and never holds secrets or personal data.
/// </summary>
public sealed record Problem(ProblemKind Kind, string Code, string Detail)
{
    /// <summary>Every wrong field at once; empty where the problem is not about fields.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Members that the answer carries beside the standard ones, e.g. <c>currentPrice</c>.</summary>
    public IReadOnlyDictionary<string, object> Extensions { get; init; } = NoExtensions;

    /// <summary>When to try again, for <see cref="ProblemKind.TooMany"/> and <see cref="ProblemKind.Unavailable"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    private static readonly Dictionary<string, object> NoExtensions = [];

    public static Problem NotFound(string what) => new(ProblemKind.NotFound, "not-found", $"There is no such {what}.");

    public static Problem Forbidden(string code, string detail) => new(ProblemKind.Forbidden, code, detail);

    public static Problem Conflict(string code, string detail) => new(ProblemKind.Conflict, code, detail);

    public static Problem Refused(string code, string detail) => new(ProblemKind.Refused, code, detail);

    /// <summary>A rule refuses one or more fields: 422 <c>validation-failed</c> with all of them.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemKind.Refused, "validation-failed", "Some fields are not as they must be; see errors.") { Errors = errors };

    /// <summary>The caller's copy is old: 412.</summary>
    public static readonly Problem Stale =
        new(ProblemKind.Stale, "stale", "This has changed since you read it. Read it again and repeat your change on what it is now.");

    /// <summary>The store, the queue or the provider is not answering or asks us to wait: 503 with Retry-After.</summary>
    public static Problem Unavailable(string what) =>
        new(ProblemKind.Unavailable, "unavailable", $"The {what} can't be reached just now. Nothing was lost; try again.") { RetryAfter = TimeSpan.FromSeconds(2) };
}
