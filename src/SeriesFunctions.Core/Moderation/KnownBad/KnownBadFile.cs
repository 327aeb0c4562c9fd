using System.Text.Json.Serialization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>The SHA-256 of a file's bytes, 64 lower-case hexadecimal digits: what the trail names a file by.</summary>
[JsonConverter(typeof(IdConverter<FileHash>))]
public readonly record struct FileHash(string Value) : IId<FileHash>
{
    public static FileHash From(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Who lifted a ban, and when.</summary>
public sealed record BanLifted(string By, DateTimeOffset At);

/// <summary>Why a file is banned: a removal's case, or, without one, a moderator's own word. It counts until it is <paramref name="Lifted"/>.</summary>
public sealed record BanCause(CaseId? CaseId, string By, string Reason, DateTimeOffset At, BanLifted? Lifted = null);

/// <summary>
/// A file that is or was known to be bad: document <c>{sha256}</c> of the partition <c>known-bad</c>, never deleted, so that who banned and who lifted stays known.
/// </summary>
/// <param name="Sha256">Which file.</param>
/// <param name="Causes">Oldest first.</param>
public sealed record KnownBadFile(FileHash Sha256, IReadOnlyList<BanCause> Causes)
{
    /// <summary>One partition for all of them: a removal bans a revision's files in one batch, and a submission looks up a few.</summary>
    public static readonly Partition In = new("known-bad");

    public bool IsBanned => Causes.Any(cause => cause.Lifted is null);

    /// <summary>Banned ones and lifted ones apart, oldest first by the last change.</summary>
    public string Sort => $"{SortPrefix(IsBanned)}{CatalogLists.Time(Causes.Max(cause => cause.Lifted?.At ?? cause.At))}|{Sha256}";

    public static string SortPrefix(bool banned) => banned ? "banned|" : "lifted|";

    public static KnownBadFile New(string sha256) => new(new(sha256), []);

    public KnownBadFile Ban(BanCause cause) => this with { Causes = [.. Causes, cause] };

    /// <summary>Without the causes that <paramref name="which"/> names; those that were lifted before stay as they are.</summary>
    public KnownBadFile Lift(Func<BanCause, bool> which, BanLifted lifted) =>
        this with { Causes = [.. Causes.Select(cause => cause.Lifted is null && which(cause) ? cause with { Lifted = lifted } : cause)] };
}

/// <summary>
/// The files that a removal banned: document <c>case|{id}</c> of the same partition, written with them. It is there once what was decided was done, so a second message changes
/// nothing; <paramref name="Lifted"/> without files is a reversal that came before the ban.
/// </summary>
public sealed record BannedByCase(CaseId CaseId, IReadOnlyList<string> Files, bool Lifted)
{
    public static string DocumentId(CaseId id) => $"case|{id}";
}

/// <summary>A removal bans its files, or its reversal lifts that.</summary>
public sealed record FilesBanned(CaseId CaseId, SeriesId SeriesId, int Revision, string By, string Rule, DateTimeOffset At, BanLifted? Lifted = null) : IEvent
{
    public static string Name => "files-banned";

    public static int Version => 1;

    public static FilesBanned Of(Case decided, Decision decision) => new(decided.Id, decided.SeriesId, decided.Revision, decision.DecidedBy, decision.Rule, decision.At);
}
