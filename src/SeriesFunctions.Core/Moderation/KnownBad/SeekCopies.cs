using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Files were banned: what is on sale with the same bytes is to be looked at. <paramref name="From"/> is the series that they were removed with, which needs no second look.</summary>
public sealed record CopiesSought(IReadOnlyList<FileHash> Files, SeriesId? From) : IEvent
{
    public static string Name => "copies-sought";

    public static int Version => 1;
}

/// <summary>
/// Off the queue: puts every series that shows a banned file, or showed it to those who bought it, before a moderator, in the one open case about what is on sale of it. Nobody takes it off sale
/// unseen: a hash may be banned by mistake, and buyers' access hangs on it. Source: product rules, "known-bad content hashes"; that copies are looked for is ours, docs/adr/0033.
/// </summary>
public sealed class SeekCopies(Records records, MediaFiles files, SeriesRecords series, GatheringCases gathering) : IHandle<CopiesSought>
{
    private const int AtATime = 100;

    /// <summary>By itself critical: it is on sale.</summary>
    private const int Points = 60;

    public async ValueTask<Handled> HandleAsync(CopiesSought message, CancellationToken cancellationToken)
    {
        foreach (var hash in message.Files)
        {
            string? cursor = null;
            do
            {
                var read = await records.ListAsync<HashedFile>(HashedFile.In(hash.Value), SortRange.Prefix(""), Direction.Ascending, new(AtATime, cursor), cancellationToken);
                if (!read.IsOk(out var page, out var problem))
                    return Handled.Poison(problem.Code);
                foreach (var copy in page.Items)
                {
                    foreach (var id in await SeriesOfAsync(copy, cancellationToken))
                    {
                        if (id != message.From && await TellAsync(id, copy, cancellationToken) is { As: not HandledAs.Done } later)
                            return later;
                    }
                }
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }
        return Handled.Done;
    }

    /// <summary>Where a copy may be shown: a cover belongs to its series, a video knows those that it was put into.</summary>
    private async ValueTask<IReadOnlyList<SeriesId>> SeriesOfAsync(HashedFile copy, CancellationToken cancellationToken)
    {
        if (copy.Kind == MediaFile.Covers)
            return await files.FindAsync(copy.Id, cancellationToken) is { } cover ? [new(cover.Value.OwnerId)] : [];
        return await records.FindAsync<Video>(Video.In(copy.CreatorId), Video.DocumentId(new(copy.Id)), cancellationToken) is { } video ? video.Value.UsedIn : [];
    }

    private async ValueTask<Handled> TellAsync(SeriesId id, HashedFile copy, CancellationToken cancellationToken)
    {
        if (await series.FindShownAsync(id, cancellationToken) is not { Value: { DeletedAt: null } shown } || !Shows(shown, copy))
            return Handled.Done;
        var found = new CheckResult(KnownBadContentCheck.Name, Passed: false, Clear: false, $"{copy.Id} is banned", Points);
        return await gathering.GatherAsync(id, (open, now) => ValueTask.FromResult(ReportRules.Gather(open, found, now.Revision)), (_, _) => { }, cancellationToken);
    }

    private static bool Shows(PublicSeries shown, HashedFile copy) =>
        copy.Kind == MediaFile.Covers ? shown.Content.CoverId == copy.Id : shown.Find(new(copy.Id)) is not null;
}
