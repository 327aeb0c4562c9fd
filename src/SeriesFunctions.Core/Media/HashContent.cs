using System.Buffers;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media.Hashing;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// Off the queue: hashes an accepted file, a slice a message, so that a function's time limit or a crash costs at most the slice that was under way. How far it is
/// lies in <see cref="MediaFile"/>, and the message of the next slice leaves with it.
/// </summary>
public sealed class HashContent(Records records, MediaFiles files, IMediaStore media, TimeProvider clock, MediaOptions options) : IHandle<ContentHashDue>
{
    private const int ReadBytes = 4 << 20;

    public async ValueTask<Handled> HandleAsync(ContentHashDue message, CancellationToken cancellationToken)
    {
        var stored = await files.FindAsync(message.Id, cancellationToken);
        // Deleted meanwhile, or done; or an earlier slice's message again, whose successor is on its way.
        if (stored is null || stored.Value.Sha256 is not null || message.From < stored.Value.Offset)
            return Handled.Done;
        var file = stored.Value;
        if (await media.FindAsync(file.Blob, cancellationToken) is not { } blob)
            return Handled.Retry("no-blob");

        var state = file.Hashing is { } begun && begun.ETag == blob.ETag ? Sha256State.Resume(begun.State) : new Sha256State();
        await AppendSliceAsync(state, new BlobRangeSource(media, blob), cancellationToken);
        var now = clock.GetUtcNow();
        if (state.Length < blob.Length)
        {
            var further = file with { Hashing = new(blob.ETag, state.Length, state.Export(), now) };
            return await SaveAsync(stored, further, message with { From = state.Length }, now, cancellationToken) ? Handled.Done : Handled.Retry("changed-meanwhile");
        }

        // The index first: once the file says that it is hashed, it is found among its equals.
        var sha256 = state.Finish();
        var entry = new HashedFile(file.Kind, file.Id, message.CreatorId, now);
        await records.SaveAsync(new Batch(HashedFile.In(sha256)).Put(entry.DocumentId, entry, entry.DocumentId), cancellationToken);
        if (await SaveAsync(stored, file with { Hashing = null, Sha256 = sha256 }, null, now, cancellationToken))
        {
            Telemetry.Count("content-hashed");
            return Handled.Done;
        }
        // Deleted while it was hashed: nobody else would take the entry away.
        if (await files.FindAsync(message.Id, cancellationToken) is null)
            await records.SaveAsync(new Batch(HashedFile.In(sha256)).Delete(entry.DocumentId), cancellationToken);
        return Handled.Retry("changed-meanwhile");
    }

    /// <summary>Reads ahead by one, so that the store and the processor work at the same time.</summary>
    private async ValueTask AppendSliceAsync(Sha256State state, BlobRangeSource source, CancellationToken cancellationToken)
    {
        var end = Math.Min(source.Length, state.Length + options.HashSliceBytes);
        var started = clock.GetTimestamp();
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(ReadBytes), ArrayPool<byte>.Shared.Rent(ReadBytes)];
        var turn = 0;
        var ahead = ReadAsync(state.Length);
        try
        {
            while (ahead is not null)
            {
                var count = await ahead;
                var bytes = buffers[turn].AsMemory(0, count);
                turn ^= 1;
                ahead = clock.GetElapsedTime(started) < options.HashSliceTime ? ReadAsync(state.Length + count) : null;
                state.Append(bytes.Span);
            }
        }
        finally
        {
            // Nothing may write into a buffer that was given back.
            if (ahead is not null)
                await ahead.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var buffer in buffers)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        Task<int>? ReadAsync(long offset) => offset >= end
            ? null
            : ReadWholeAsync(source, offset, buffers[turn].AsMemory(0, (int)Math.Min(ReadBytes, end - offset)), cancellationToken);
    }

    private static async Task<int> ReadWholeAsync(BlobRangeSource source, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        await source.ReadAsync(offset, buffer, cancellationToken) is > 0 and var count ? count : throw new MediaUnavailableException("A blob ended before its length.");

    private async ValueTask<bool> SaveAsync(Stored<MediaFile> before, MediaFile after, ContentHashDue? next, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batch = new Batch(MediaFile.In(after.Id)).Replace(MediaFile.DocumentId, after, before.ETag);
        if (next is not null)
            batch.Emit(next, now);
        return (await records.SaveAsync(batch, cancellationToken)).IsOk;
    }
}
