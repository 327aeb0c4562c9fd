using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Moderation;

/// <summary>A file of a revision: where in the revision, e.g. <c>videos[0]</c>, and what is known of it; null when it is gone.</summary>
public sealed record RevisionFile(string Place, string Kind, string Id, MediaFile? File);

/// <summary>The files of a revision with their hashes.</summary>
public sealed class RevisionFiles(MediaFiles files, ModerationOptions options)
{
    public async ValueTask<IReadOnlyList<RevisionFile>> ReadAsync(SeriesRevision revision, CancellationToken cancellationToken)
    {
        var found = new List<RevisionFile>();
        if (revision.Content.CoverId is { } cover)
            found.Add(new("cover", MediaFile.Covers, cover, (await files.FindAsync(cover, cancellationToken))?.Value));
        for (var i = 0; i < revision.Content.Videos.Count; i++)
        {
            var id = revision.Content.Videos[i].Id.Value;
            found.Add(new(string.Create(CultureInfo.InvariantCulture, $"videos[{i}]"), MediaFile.Videos, id, (await files.FindAsync(id, cancellationToken))?.Value));
        }
        return found;
    }

    /// <summary>True while a hash is still being made and there is patience left: then the case is opened a little later. Without it, a person is told so.</summary>
    public async ValueTask<bool> MustWaitAsync(SeriesRevision revision, DateTimeOffset now, CancellationToken cancellationToken) =>
        now < revision.SubmittedAt + options.ContentHashPatience && (await ReadAsync(revision, cancellationToken)).Any(file => file.File is { Sha256: null });
}

/// <summary>
/// No file is one of those that are known to be bad: of <see cref="ModerationOptions.KnownBadContent"/> or of <see cref="KnownBadFiles"/>. A clear case. A file whose hash isn't
/// known yet goes to a person. All files are looked at, those that were approved before too: what is known changes.
/// </summary>
public sealed class KnownBadContentCheck(RevisionFiles files, KnownBadFiles known, ModerationOptions options) : IContentCheck
{
    public const string Name = "known-bad-content";

    private readonly HashSet<string> _bad = new(
        options.KnownBadContent.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.OrdinalIgnoreCase);

    public async ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var read = await files.ReadAsync(subject.Revision, cancellationToken);
        foreach (var file in read)
        {
            if (file.File?.Sha256 is { } sha256 && (_bad.Contains(sha256) || (await known.FindAsync(sha256, cancellationToken))?.Value.IsBanned == true))
                return new(Name, Passed: false, Clear: true, file.Place);
        }
        return read.FirstOrDefault(file => file.File?.Sha256 is null) is { } unknown
            ? new(Name, Passed: false, Clear: false, $"{unknown.Place} is not hashed yet")
            : new(Name, Passed: true, Clear: true, null);
    }
}

/// <summary>
/// No new video is the same file as another video, of whomever, and no new cover the same as one of another creator. Both happen for good reasons too, so a person looks, once:
/// what was approved is not looked at again.
/// </summary>
public sealed class DuplicateContentCheck(RevisionFiles files, MediaFiles all) : IContentCheck
{
    public const string Name = "duplicate-content";

    private const int MostNamed = 5;

    public async ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var creator = subject.Revision.CreatorId;
        var changes = subject.Changes;
        var added = changes.Added.Select(video => video.Id.Value).ToHashSet();
        var findings = new List<string>();
        foreach (var file in await files.ReadAsync(subject.Revision, cancellationToken))
        {
            if (file.File?.Sha256 is not { } sha256 || !(file.Kind == MediaFile.Videos ? added.Contains(file.Id) : changes.Cover is not null))
                continue;
            var same = (await all.SameAsync(sha256, 50, cancellationToken))
                .FirstOrDefault(other => other.Id != file.Id && (file.Kind == MediaFile.Videos || other.CreatorId != creator));
            if (same is not null)
                findings.Add($"{file.Place} is the same file as {same.Id} of {(same.CreatorId == creator ? "the same creator" : same.CreatorId.Value)}");
        }
        return findings.Count == 0
            ? new(Name, Passed: true, Clear: false, null)
            : new(Name, Passed: false, Clear: false, string.Join("; ", findings.Take(MostNamed)) + (findings.Count > MostNamed ? $"; and {findings.Count - MostNamed} more" : ""));
    }
}
