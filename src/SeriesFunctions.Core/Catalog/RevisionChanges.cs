using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Catalog;

/// <summary>A value that is another one now; null is none.</summary>
public sealed record ValueChange(string? Before, string? After);

/// <summary>A video with another title.</summary>
public sealed record VideoRetitled(VideoId Id, string Before, string After);

/// <summary>
/// What a revision changes of what is approved: all that has to be reviewed. For a first revision everything is new. <paramref name="Cover"/> and <paramref name="Preview"/>
/// hold ids. <paramref name="Reordered"/> is about the videos that are in both.
/// </summary>
public sealed record RevisionChanges(
    ValueChange? Title,
    ValueChange? Description,
    ValueChange? Category,
    ValueChange? Cover,
    ValueChange? Preview,
    IReadOnlyList<SeriesVideo> Added,
    IReadOnlyList<SeriesVideo> Removed,
    IReadOnlyList<VideoRetitled> Retitled,
    bool Reordered)
{
    public bool IsEmpty =>
        Title is null && Description is null && Category is null && Cover is null && Preview is null && Added.Count == 0 && Removed.Count == 0 && Retitled.Count == 0 && !Reordered;

    public static RevisionChanges Of(SeriesContent? before, SeriesContent after)
    {
        var old = before?.Videos ?? [];
        var oldById = old.ToDictionary(video => video.Id);
        var kept = after.Videos.Where(video => oldById.ContainsKey(video.Id)).ToList();
        var keptIds = kept.Select(video => video.Id).ToHashSet();
        return new(
            Value(before?.Title, after.Title),
            Value(before?.Description, after.Description),
            Value(before?.Category, after.Category),
            Value(before?.CoverId, after.CoverId),
            Value(before?.PreviewVideoId?.Value, after.PreviewVideoId?.Value),
            [.. after.Videos.Where(video => !keptIds.Contains(video.Id))],
            [.. old.Where(video => !keptIds.Contains(video.Id))],
            [.. kept.Where(video => oldById[video.Id].Title != video.Title).Select(video => new VideoRetitled(video.Id, oldById[video.Id].Title, video.Title))],
            !old.Where(video => keptIds.Contains(video.Id)).Select(video => video.Id).SequenceEqual(kept.Select(video => video.Id)));
    }

    private static ValueChange? Value(string? before, string? after) => before == after ? null : new(before, after);
}

/// <summary>Which fields one write changed: what an editor whose copy is old has to look at. <paramref name="Version"/> is the series' after the write.</summary>
public sealed record SeriesEdit(long Version, IReadOnlyList<string> Fields)
{
    /// <summary>How many writes are remembered; an editor who missed more is told that everything may have changed.</summary>
    public const int MostKept = 30;

    public static readonly IReadOnlyList<string> AllFields = ["title", "description", "category", "cover", "previewVideoId", "videos", "price", "discounts", "state"];

    /// <summary>The series with a note of what this write changes. Nothing is noted where no field is another.</summary>
    public static Series Note(Series before, Series after)
    {
        var fields = Differences(before, after);
        return fields.Count == 0 ? after : after with { Edits = [.. (after.Edits ?? []).TakeLast(MostKept - 1), new(after.Version, fields)] };
    }

    /// <summary>The fields that changed since <paramref name="version"/>; all of them where that is too long ago to know.</summary>
    public static IReadOnlyList<string> Since(Series now, long? version)
    {
        var known = now.Edits ?? [];
        if (version is not { } since || since > now.Version || known.Count >= MostKept && known[0].Version > since + 1)
            return AllFields;
        var changed = known.Where(edit => edit.Version > since).SelectMany(edit => edit.Fields).ToHashSet();
        return [.. AllFields.Where(changed.Contains)];
    }

    private static List<string> Differences(Series before, Series after)
    {
        var fields = new List<string>();
        void Add(string name, bool same)
        {
            if (!same)
                fields.Add(name);
        }
        Add("title", before.Draft.Title == after.Draft.Title);
        Add("description", before.Draft.Description == after.Draft.Description);
        Add("category", before.Draft.Category == after.Draft.Category);
        Add("cover", before.Draft.CoverId == after.Draft.CoverId);
        Add("previewVideoId", before.Draft.PreviewVideoId == after.Draft.PreviewVideoId);
        Add("videos", before.Draft.Videos.SequenceEqual(after.Draft.Videos));
        Add("price", before.Price == after.Price);
        Add("discounts", before.Offers.SequenceEqual(after.Offers));
        Add("state", before.State == after.State && before.DraftState == after.DraftState);
        return fields;
    }
}
