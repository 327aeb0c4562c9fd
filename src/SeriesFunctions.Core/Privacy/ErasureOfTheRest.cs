using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Core.Privacy;

/// <summary>What is left: her feed, from where she did what she did, the books, which stay but for what people wrote into them, her applications and her exports with their files.</summary>
internal sealed class ErasureOfTheRest(Records records, ErasureWalk walk, IMediaStore media)
{
    public ValueTask<ErasurePlace?> FeedAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) =>
        walk.EachAsync(turn, Notification.In(turn.User), "", at, (_, row) => new(row?.OnErasure.Fate ?? Fate.Kept), cancellationToken);

    /// <summary>Of what she did as one of the staff the network is kept for its time: whoever misuses a role can't erase the traces.</summary>
    public ValueTask<ErasurePlace?> TrailAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, AuditEntry.OfActor(turn.User), "", at,
        async (document, row) =>
        {
            if (row?.Type != typeof(AuditOrigin))
                return Fate.Kept;
            var entry = await records.FindAsync<AuditEntry>(AuditEntry.OfActor(turn.User), document.Id["from|".Length..], cancellationToken);
            return entry?.Value.Role == Acting.User ? Fate.Deleted : Fate.Kept;
        },
        cancellationToken);

    public ValueTask<ErasurePlace?> BooksAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, LedgerTransaction.In(turn.User), "", at,
        async (document, row) =>
        {
            var partition = LedgerTransaction.In(turn.User);
            if (row is null)
                return Fate.Kept;
            if (row.Type == typeof(LedgerTransaction))
                await walk.BlankAsync<LedgerTransaction>(turn, partition, document.Id, Blanks.Of, after => after.Sort, cancellationToken);
            else if (row.Type == typeof(CommissionPolicy))
                await walk.BlankAsync<CommissionPolicy>(turn, partition, document.Id, Blanks.Of, _ => null, cancellationToken);
            else if (row.Type == typeof(Payout))
            {
                await walk.BlankAsync<Payout>(turn, partition, document.Id, Blanks.Of, after => after.Sort, cancellationToken);
                var id = Records.Read<Payout>(document).Id;
                if (await walk.BlankAsync<PayoutEntry>(
                    turn, PayoutEntry.In, id, before => Blanks.Of(before.Payout) is var left && ReferenceEquals(left, before.Payout) ? before : new(left), after => after.Payout.Sort, cancellationToken) != Blanking.Missing)
                    turn.Count(typeof(PayoutEntry), Fate.Blanked);
            }
            return row.OnErasure.Fate;
        },
        cancellationToken);

    public async ValueTask<ErasurePlace?> RestAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken)
    {
        foreach (var programme in Enum.GetValues<Programme>())
            await walk.DropAsync<OpenApplication>(turn, OpenApplication.In, OpenApplication.DocumentId(turn.User, programme), cancellationToken);
        return await walk.EachAsync(
            turn, DataExport.In(turn.User), "", at,
            async (document, row) =>
            {
                if (row?.Type == typeof(DataExport))
                    await media.DeleteAsync(Records.Read<DataExport>(document).Blob, null, cancellationToken);
                return row?.OnErasure.Fate ?? Fate.Kept;
            },
            cancellationToken);
    }
}
