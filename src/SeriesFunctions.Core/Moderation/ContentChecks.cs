using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Moderation.Text;

namespace SeriesFunctions.Core.Moderation;

/// <summary>What the checks look at.</summary>
public sealed record CheckSubject(SeriesRevision Revision, ProgrammeStatus CreatorStatus)
{
    /// <summary>What of it is new: a revision of before changes were kept is new as a whole.</summary>
    public RevisionChanges Changes => Revision.Changes ?? RevisionChanges.Of(null, Revision.Content);

    /// <summary>The cover, where this revision changes it.</summary>
    public string? NewCover => Changes.Cover is null ? null : Revision.Content.CoverId;

    /// <summary>The texts that this revision changes, with where they stand in it: what was approved before is not looked at again.</summary>
    public IEnumerable<(string Place, string Text)> NewTexts()
    {
        var content = Revision.Content;
        var changes = Changes;
        if (changes.Title is not null)
            yield return ("title", content.Title);
        if (changes.Description is not null)
            yield return ("description", content.Description);
        var titled = changes.Added.Select(video => video.Id).Concat(changes.Retitled.Select(video => video.Id)).ToHashSet();
        for (var i = 0; i < content.Videos.Count; i++)
        {
            if (titled.Contains(content.Videos[i].Id))
                yield return ($"videos[{i}].title", content.Videos[i].Title);
        }
    }
}

/// <summary>One automatic check of a submitted revision.</summary>
public interface IContentCheck
{
    ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken);
}

/// <summary>Texts hold no blocked word, however it is disguised (<see cref="BlockedWords"/>). A clear case where it is certain; else a person looks.</summary>
public sealed class BlockedWordsCheck(BlockedWords words) : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TextFindings.Check("blocked-words", subject, words.Find));
}

/// <summary>Texts lead nobody elsewhere: no links, addresses, numbers or accounts (<see cref="ContactDetails"/>). A clear case where it is plainly written; else a person looks.</summary>
public sealed class ContactDetailsCheck : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TextFindings.Check("contact-details", subject, ContactDetails.Find));
}

/// <summary>What is found in the texts that a revision changes.</summary>
internal static class TextFindings
{
    private const int MostNamed = 5;

    /// <summary>Passed when nothing is found anywhere; clear when something found is certain. What is named are code and place, never the text: findings are kept and shown for long.</summary>
    public static CheckResult Check(string check, CheckSubject subject, Func<string, IReadOnlyList<TextFinding>> find)
    {
        var found = subject.NewTexts().SelectMany(text => find(text.Text).Select(finding => (text.Place, Finding: finding))).ToList();
        if (found.Count == 0)
            return new(check, Passed: true, Clear: true, null);
        var named = found.OrderByDescending(f => f.Finding.Certain).Select(f => $"{f.Finding.Code} in {f.Place}").Distinct().ToList();
        return new(check, Passed: false, Clear: found.Exists(f => f.Finding.Certain), string.Join("; ", named.Take(MostNamed)) + (named.Count > MostNamed ? $"; and {named.Count - MostNamed} more" : ""));
    }
}

/// <summary>Every video has a measured length and there is a cover. What validation lets through always passes; a record that was tampered with doesn't.</summary>
public sealed class MediaFactsCheck : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var content = subject.Revision.Content;
        var missing = content.CoverId is null && !subject.Revision.ForSubscribers ? "cover" : content.Videos.FirstOrDefault(v => v.DurationMs is null or <= 0)?.Id.Value;
        return ValueTask.FromResult(new CheckResult("media-facts", missing is null, Clear: true, missing));
    }
}

/// <summary>The creator is in good standing. Where she is not, a person looks.</summary>
public sealed class StandingCheck : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var status = subject.CreatorStatus;
        return ValueTask.FromResult(new CheckResult("creator-standing", status == ProgrammeStatus.Approved, Clear: false, status.ToString().ToLowerInvariant()));
    }
}
