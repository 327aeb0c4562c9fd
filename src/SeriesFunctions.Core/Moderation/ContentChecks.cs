using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;

namespace SeriesFunctions.Core.Moderation;

/// <summary>What the checks look at.</summary>
public sealed record CheckSubject(SeriesRevision Revision, CreatorStanding? Standing)
{
    /// <summary>The texts that this revision changes, with where they stand in it: what was approved before is not looked at again.</summary>
    public IEnumerable<(string Place, string Text)> NewTexts()
    {
        var content = Revision.Content;
        var changes = Revision.Changes ?? RevisionChanges.Of(null, content);
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

/// <summary>Texts hold no blocked word. A clear case: the creator is asked to change it.</summary>
public sealed class BlockedWordsCheck(ModerationOptions options) : IContentCheck
{
    private readonly HashSet<string> _words = new(
        options.BlockedWords.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.OrdinalIgnoreCase);

    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        foreach (var (place, text) in subject.NewTexts())
        {
            if (_words.Count > 0 && Words(text).Any(_words.Contains))
                return ValueTask.FromResult(new CheckResult("blocked-words", Passed: false, Clear: true, place));
        }
        return ValueTask.FromResult(new CheckResult("blocked-words", Passed: true, Clear: true, null));
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inWord = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inWord && start < 0)
                start = i;
            else if (!inWord && start >= 0)
            {
                yield return text[start..i];
                start = -1;
            }
        }
    }
}

/// <summary>Every video has a measured length and there is a cover. What validation lets through always passes; a record that was tampered with doesn't.</summary>
public sealed class MediaFactsCheck : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var content = subject.Revision.Content;
        var missing = content.CoverId is null ? "cover" : content.Videos.FirstOrDefault(v => v.DurationMs is null or <= 0)?.Id.Value;
        return ValueTask.FromResult(new CheckResult("media-facts", missing is null, Clear: true, missing));
    }
}

/// <summary>The creator is in good standing. Where she is not, a person looks.</summary>
public sealed class StandingCheck : IContentCheck
{
    public ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var status = subject.Standing?.Series.Status;
        return ValueTask.FromResult(new CheckResult("creator-standing", status == ProgrammeStatus.Approved, Clear: false, status?.ToString().ToLowerInvariant()));
    }
}
