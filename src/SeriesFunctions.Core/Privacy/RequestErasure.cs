using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Privacy;

/// <summary>
/// Somebody is to be erased: she asks herself, the platform does because her account there is gone, or an operator. While an erasure goes on, asking again answers it; one that was blocked or is done
/// begins anew.
/// </summary>
public sealed class RequestErasure(Records records, TimeProvider clock)
{
    /// <summary>A record of an erasure that never came to its end goes by itself in the end.</summary>
    internal static readonly TimeSpan RecordKeptFor = TimeSpan.FromDays(400);

    /// <summary>So long after a message should have come it is taken for lost, and sent again.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(1);

    public async ValueTask<DataErasure> HandleAsync(UserId user, UserId by, CancellationToken cancellationToken)
    {
        var partition = DataExport.In(user);
        while (true)
        {
            var now = clock.GetUtcNow();
            var before = await records.FindAsync<DataErasure>(partition, DataErasure.DocumentId, cancellationToken);
            if (before?.Value is { IsUnderWay: true } running && now < running.NextAt + Overdue)
                return running;
            var batch = new Batch(partition);
            var asked = before?.Value is { IsUnderWay: true } stuck ? stuck with { NextAt = now } : DataErasure.New(user, by, now);
            _ = before is null
                ? batch.Create(DataErasure.DocumentId, asked, timeToLive: RecordKeptFor)
                : batch.Replace(DataErasure.DocumentId, asked, before.ETag, timeToLive: RecordKeptFor);
            if ((await records.SaveAsync(batch.Emit(new ErasureDue(asked.Id, user, asked.Turn), now), cancellationToken)).IsOk)
                return asked;
        }
    }

    public async ValueTask<Result<DataErasure>> ShowAsync(UserId user, CancellationToken cancellationToken) =>
        await records.FindAsync<DataErasure>(DataExport.In(user), DataErasure.DocumentId, cancellationToken) is { } found ? found.Value : Problem.NotFound("erasure");
}
