using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// Azure AI Content Safety looks at the texts and the cover that a revision changes. It decides nothing: what it finds says how soon a person should look, and where it gives no answer in
/// time a person is told so. Source: ours, docs/adr/0036.
/// </summary>
public sealed class ContentSafetyCheck(ContentSafetyService service, IMediaStore media, ContentSafetyOptions options, TimeProvider clock) : IContentCheck
{
    public const string Name = "content-safety";

    /// <summary>Requests of one revision that are under way at once.</summary>
    private const int AtOnce = 4;

    private const int MostNamed = 5;

    private sealed record Part(string Place, string? Text, byte[]? Picture);

    public async ValueTask<CheckResult> LookAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        var parts = subject.NewTexts().Where(text => !string.IsNullOrWhiteSpace(text.Text)).SelectMany(text => Cut(text.Text).Select(piece => new Part(text.Place, piece, null))).ToList();
        var answers = new List<(string Place, SafetyAnswer Answer)>();
        if (await CoverAsync(subject, cancellationToken) is { } cover)
        {
            if (cover.Unanswered is { } why)
                answers.Add(("cover", SafetyAnswer.None(why)));
            else
                parts.Add(new("cover", null, cover.Picture));
        }
        var until = clock.GetUtcNow() + options.Patience;
        var answered = new SafetyAnswer[parts.Count];
        await Parallel.ForAsync(0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, stop) =>
            answered[i] = parts[i].Picture is { } picture ? await service.AnalyzePictureAsync(picture, until, stop) : await service.AnalyzeTextAsync(parts[i].Text!, until, stop));
        answers.AddRange(parts.Zip(answered, (part, answer) => (part.Place, answer)));
        if (answers.Exists(one => one.Answer.Unanswered is not null))
            Telemetry.Count("content-safety-unanswered");
        return Judge(answers, options.Thresholds);
    }

    /// <summary>Pure: what the answers come to. Findings name category, severity and place, never the text.</summary>
    private static CheckResult Judge(IReadOnlyList<(string Place, SafetyAnswer Answer)> answers, IReadOnlyDictionary<string, int> thresholds)
    {
        var found = answers
            .SelectMany(one => one.Answer.Severities.Where(category => thresholds.TryGetValue(category.Key, out var from) && category.Value >= from).Select(category => (one.Place, Category: category.Key, Severity: category.Value)))
            .OrderByDescending(one => one.Severity).ToList();
        var unanswered = answers.Where(one => one.Answer.Unanswered is not null).Select(one => $"{one.Place} ({one.Answer.Unanswered})").Distinct().ToList();
        if (found.Count == 0 && unanswered.Count == 0)
            return new(Name, Passed: true, Clear: false, null);
        var named = found.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Category.ToLowerInvariant()} {one.Severity} in {one.Place}")).Distinct().ToList();
        var finding = string.Join("; ", new[] { Few(named), unanswered.Count > 0 ? $"unanswered: {Few(unanswered)}" : "" }.Where(part => part.Length > 0));
        return new(Name, Passed: false, Clear: false, finding, found.Count > 0 ? PointsOf(found[0].Severity) : 10);
    }

    private static string Few(List<string> named) =>
        string.Join("; ", named.Take(MostNamed)) + (named.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {named.Count - MostNamed} more") : "");

    /// <summary>What the worst finding adds to a case's risk: by itself high makes it critical, medium high, low normal.</summary>
    private static int PointsOf(int severity) => severity switch
    {
        >= 6 => 60,
        >= 4 => 30,
        _ => 10,
    };

    /// <summary>Null where the cover is nothing new. One that the service would not take is for a person.</summary>
    private async ValueTask<(byte[]? Picture, string? Unanswered)?> CoverAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        if (subject.NewCover is not { } id)
            return null;
        if (await media.FindAsync(Cover.Blob(id), cancellationToken) is not { } blob)
            return (null, "gone");
        if (blob.Length > ContentSafetyService.MaxPicture)
            return (null, "larger than 4 MB");
        var picture = new byte[blob.Length];
        return await media.ReadAsync(blob.Name, blob.ETag, 0, picture, cancellationToken) == picture.Length ? (picture, null) : (null, "gone");
    }

    /// <summary>Pieces of at most <see cref="ContentSafetyService.MaxText"/> code points, between words where there is a space near the end.</summary>
    private static IEnumerable<string> Cut(string text)
    {
        var start = 0;
        var (at, points, space) = (0, 0, -1);
        while (at < text.Length)
        {
            if (points == ContentSafetyService.MaxText)
            {
                var end = space > start + (at - start) / 2 ? space : at;
                yield return text[start..end];
                (start, at, points, space) = (end, end, 0, -1);
                continue;
            }
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            if (Rune.IsWhiteSpace(rune))
                space = at;
            at += length;
            points++;
        }
        yield return text[start..];
    }
}
