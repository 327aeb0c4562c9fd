using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// Off the queue: the hashes of all files of the removed revision are known-bad content from now on, or this removal is no reason for that any more. One batch each; messages may
/// come twice and in any order.
/// </summary>
public sealed class BanFiles(Records records, SeriesRecords series, RevisionFiles files, TimeProvider clock) : IHandle<FilesBanned>
{
    public async ValueTask<Handled> HandleAsync(FilesBanned message, CancellationToken cancellationToken)
    {
        var done = await records.FindAsync<BannedByCase>(KnownBadFile.In, BannedByCase.DocumentId(message.CaseId), cancellationToken);
        if (done is { Value.Lifted: true } || done is not null && message.Lifted is null)
            return Handled.Done;
        var hashes = done?.Value.Files ?? [];
        if (message.Lifted is null)
        {
            if (await series.FindRevisionAsync(message.SeriesId, message.Revision, cancellationToken) is not { } revision)
                return Handled.Done;
            var found = (await files.ReadAsync(revision, cancellationToken)).Where(file => file.File is not null).ToList();
            if (found.Exists(file => file.File!.Sha256 is null))
                return Handled.Retry("content-not-hashed");
            hashes = [.. found.Select(file => file.File!.Sha256!).Distinct()];
        }
        var batch = new Batch(KnownBadFile.In)
            .Save(BannedByCase.DocumentId(message.CaseId), done, new BannedByCase(message.CaseId, hashes, message.Lifted is not null));
        foreach (var sha256 in hashes)
        {
            var stored = await records.FindAsync<KnownBadFile>(KnownBadFile.In, sha256, cancellationToken);
            var before = stored?.Value ?? KnownBadFile.New(sha256);
            var after = message.Lifted is { } lifted
                ? before.Lift(cause => cause.CaseId == message.CaseId, lifted)
                : before.Ban(new(message.CaseId, message.By, message.Rule, message.At));
            batch.Save(sha256, stored, after, after.Sort);
        }
        if (message.Lifted is null && hashes.Count > 0)
            batch.Emit(new CopiesSought([.. hashes.Select(sha256 => new FileHash(sha256))], message.SeriesId), clock.GetUtcNow());
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}
