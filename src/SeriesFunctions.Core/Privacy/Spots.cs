using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Privacy;

/// <summary>Where somebody can have said something: at the videos of the series that she has or had access to, of what creators make for subscribers where she was one, and of her own.</summary>
internal sealed class Spots(Records records, SeriesRecords series)
{
    /// <summary>The series that one of her documents leads to, in order: an access, or a line of the list of her own. None for any other document.</summary>
    public async ValueTask<IReadOnlyList<SeriesId>> BehindAsync(Document document, PersonalDocument? row, CancellationToken cancellationToken)
    {
        if (row?.Type == typeof(Access))
            return [new(document.Id["access|".Length..])];
        if (OwnSeriesOf(document) is { } own)
            return [own];
        return row?.Type == typeof(CreatorAccess) ? await ForSubscribersAsync(new(document.Id["access|creator|".Length..]), cancellationToken) : [];
    }

    /// <summary>The videos of a series, the retired ones too, in the order of their keys. None where nothing was approved.</summary>
    public async ValueTask<IReadOnlyList<Spot>> OfAsync(SeriesId id, CancellationToken cancellationToken) => (await series.FindShownAsync(id, cancellationToken))?.Value is { } shown
        ? [.. shown.Content.Videos.Concat(shown.RetiredVideos).Select(video => Spot.InSeries(id, video.Id)).DistinctBy(spot => spot.Key).OrderBy(spot => spot.Key, StringComparer.Ordinal)]
        : [];

    /// <summary>A series or a video for subscribers of whoever's partition it lies in; null for any other document.</summary>
    public static SeriesId? OwnSeriesOf(Document document) =>
        document.Id.StartsWith("series|", StringComparison.Ordinal) ? new(document.Id["series|".Length..])
        : document.Id.StartsWith("exclusive-own|", StringComparison.Ordinal) ? new(document.Id["exclusive-own|".Length..])
        : null;

    private async ValueTask<IReadOnlyList<SeriesId>> ForSubscribersAsync(UserId creator, CancellationToken cancellationToken)
    {
        var found = new List<SeriesId>();
        await foreach (var entry in records.ScanAsync(CreatorStanding.In(creator), "exclusive-own|", null, cancellationToken))
            found.Add(new(entry.Id["exclusive-own|".Length..]));
        // As the keys of their spots sort.
        return [.. found.OrderBy(id => $"{id}|", StringComparer.Ordinal)];
    }
}
