using SeriesFunctions.Core.Limits;

namespace SeriesFunctions.Http.Conventions;

/// <summary>Who may call a route. Whether somebody owns what she names is for the use case to say.</summary>
public enum Who
{
    /// <summary>No credentials are looked at.</summary>
    Nobody,

    /// <summary>Anybody; a token, where there is one, must be good.</summary>
    Anyone,

    /// <summary>Anybody who is signed in.</summary>
    User,
    Moderator,
    Operator,
    Platform,
}

/// <summary>A query parameter, for the document and for nothing else.</summary>
public sealed record QueryParameter(string Name, string Description, params string[] Values);

/// <summary>
/// One route of the API: everything that both hosts, the OpenAPI document and the tests need to know of it. There is one list of them, <see cref="Endpoints.ApiRoutes"/>.
/// </summary>
/// <param name="Name">The operation's name; on Azure, the function's.</param>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Pattern">Without a leading slash, as a Functions route wants it.</param>
/// <param name="Who">Who may call it.</param>
/// <param name="Summary">One sentence for the document.</param>
/// <param name="HandleAsync">The endpoint.</param>
public sealed record ApiRoute(string Name, string Method, string Pattern, Who Who, string Summary, Func<ApiCall, CancellationToken, ValueTask<Answer>> HandleAsync)
{
    /// <summary>The shape of the JSON body; null where there is none.</summary>
    public Type? Request { get; init; }

    /// <summary>The shape of a good answer; null where it has no body.</summary>
    public Type? Response { get; init; }

    public int Success { get; init; } = 200;

    /// <summary>What a good answer can come as beside JSON, e.g. <c>text/csv</c>.</summary>
    public string? AlsoAs { get; init; }

    /// <summary>Another good status, where there are two.</summary>
    public int? AlsoSuccess { get; init; }

    /// <summary><c>Idempotency-Key</c> is required.</summary>
    public bool Keyed { get; init; }

    /// <summary>The endpoint doesn't claim the key itself, so the key is remembered once it went well, with the answer: a repetition gets that, and the endpoint isn't asked. See docs/adr/0002.</summary>
    public bool RemembersKey { get; init; }

    /// <summary>
    /// Beside <see cref="RemembersKey"/>: the answer is not stored, since it holds a link that lets in whoever has it, or what people wrote who are not the caller. A repetition is done again, and by its
    /// nature that changes nothing.
    /// </summary>
    public bool AnswersAnew { get; init; }

    /// <summary>What it makes has its id from the key (<see cref="Core.Kernel.IdempotencyKey.NaturalId"/>) and remembers the request: no claim is looked for.</summary>
    public bool NamedByKey { get; init; }

    /// <summary><c>If-Match</c> is required.</summary>
    public bool Conditional { get; init; }

    /// <summary>What a user does with it is kept in the audit trail; what staff and the platform do always is.</summary>
    public bool Audited { get; init; }

    /// <summary>Answers a page: <c>limit</c> and <c>cursor</c> are taken.</summary>
    public bool Paged { get; init; }

    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>What it refuses beside what every route like it does, as <c>409 has-buyers</c>.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>Bytes of body that are read. A larger one is 413.</summary>
    public int MaxBody { get; init; } = 64 * 1024;

    /// <summary>The body is not JSON of ours: it is handed on as it came.</summary>
    public bool RawBody { get; init; }

    /// <summary>Which of a caller's limits it counts against.</summary>
    public LimitGroup Limit { get; init; } = Who switch
    {
        Who.Nobody => LimitGroup.Exempt,
        Who.Moderator or Who.Operator => LimitGroup.Staff,
        Who.Platform => LimitGroup.Platform,
        _ => Method == "GET" ? LimitGroup.Reads : LimitGroup.Writes,
    };

    /// <summary>The names between braces, in order.</summary>
    public IReadOnlyList<string> PathParameters { get; } =
        [.. Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'))];
}
