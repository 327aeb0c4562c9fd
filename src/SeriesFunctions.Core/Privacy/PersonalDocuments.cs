using System.Text.Json;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Core.Privacy;

/// <summary>A stored document, where it lies, and its row of the table; null where it has none.</summary>
internal sealed record FoundDocument(Partition Partition, Document Document, PersonalDocument? Row);

/// <summary>Finds every document that is somebody's: all of her own partitions, and what they lead to.</summary>
internal sealed class PersonalDocuments(Records records, Spots spots)
{
    /// <summary>The partitions that are one user's and nobody else's. What belongs to somebody and needs no other place goes into one of them.</summary>
    public static IReadOnlyList<Partition> OwnOf(UserId user) =>
        [Access.In(user), Notification.In(user), DataExport.In(user), CreatorStanding.In(user), LedgerTransaction.In(user)];

    /// <summary>In order: partition by partition, by id in each, so that documents whose ids begin alike come one after another.</summary>
    public async IAsyncEnumerable<FoundDocument> OfAsync(UserId user, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (series, watched) = (new List<SeriesId>(), new List<SeriesId>());
        foreach (var partition in OwnOf(user))
        {
            await foreach (var found in ScanAsync(partition, cancellationToken))
            {
                if (Spots.OwnSeriesOf(found.Document) is { } own)
                    series.Add(own);
                else
                    watched.AddRange(await spots.BehindAsync(found.Document, found.Row, cancellationToken));
                yield return found;
            }
        }
        foreach (var programme in Enum.GetValues<Programme>())
        {
            if (await FindAsync(OpenApplication.In, OpenApplication.DocumentId(user, programme), cancellationToken) is { } open)
                yield return open;
        }
        foreach (var id in series)
        {
            await foreach (var found in ScanAsync(Series.In(id), cancellationToken))
                yield return found;
        }
        foreach (var id in watched.Union(series))
        {
            await foreach (var found in SaidOfAsync(user, id, cancellationToken))
                yield return found;
        }
    }

    /// <summary>What somebody said of a series and its videos: only who has or had access can. It lies with the videos, so each talk is read through; a job has the time.</summary>
    private async IAsyncEnumerable<FoundDocument> SaidOfAsync(UserId user, SeriesId id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await FindAsync(Rating.In(id), Rating.DocumentId(user), cancellationToken) is { } rating)
            yield return rating;
        foreach (var spot in await spots.OfAsync(id, cancellationToken))
        {
            if (await FindAsync(Like.In(spot, user), Like.DocumentId(user), cancellationToken) is { } like)
                yield return like;
            await foreach (var found in ScanAsync(Comment.In(spot), cancellationToken))
            {
                if (found.Document.Id == LikedComments.DocumentId(user) || found.Document.Id.StartsWith("comment|", StringComparison.Ordinal) && IsBy(user, found.Document))
                    yield return found;
            }
        }
    }

    private static bool IsBy(UserId user, Document comment)
    {
        using var json = JsonDocument.Parse(comment.Body);
        return json.RootElement.GetProperty("authorId"u8).ValueEquals(user.Value);
    }

    private async ValueTask<FoundDocument?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) =>
        await records.FindRawAsync(partition, id, cancellationToken) is { } document ? new(partition, document, PersonalData.Of(partition, id)) : null;

    private async IAsyncEnumerable<FoundDocument> ScanAsync(Partition partition, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in records.ScanAsync(partition, cancellationToken))
            yield return new(partition, document, PersonalData.Of(partition, document.Id));
    }
}
