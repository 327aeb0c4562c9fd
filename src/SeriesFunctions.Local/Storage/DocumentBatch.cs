using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>A batch on its way to the writer. Its events are serialized by the caller's thread, since the writer's is the one that all wait for.</summary>
internal sealed class DocumentBatch(string partition, IReadOnlyList<Write> writes)
{
    private readonly byte[]?[]? _events = Serialize(writes);

    public WriteOutcome Apply(WriteSession session)
    {
        // A single write can't leave a part of itself.
        var several = writes.Count > 1;
        if (several)
            session.Mark();
        var etags = new string?[writes.Count];
        for (var i = 0; i < etags.Length; i++)
        {
            var status = Apply(session, i, out etags[i]);
            if (status == WriteStatus.Ok)
                continue;
            if (several)
                session.Undo();
            return WriteOutcome.Failed(status, i);
        }
        if (several)
            session.Keep();
        if (_events is not null)
            session.RingAfterCommit(session.Outbox.Bell);
        return WriteOutcome.Ok(etags);
    }

    private WriteStatus Apply(WriteSession session, int index, out string? etag)
    {
        var now = session.Now;
        var version = session.NextVersion();
        var write = writes[index];
        etag = write is Write.Delete or Write.Emit ? null : ETags.Of(version);
        return write switch
        {
            Write.Create create => session.Documents.Create(partition, create, version, now),
            Write.Replace replace => session.Documents.Replace(partition, replace, version, now),
            Write.Put put => session.Documents.Put(partition, put, version, now),
            Write.Delete delete => session.Documents.Delete(partition, delete, now),
            Write.Emit emit => session.Outbox.Add(partition, emit.Event, _events![index]!),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };
    }

    private static byte[]?[]? Serialize(IReadOnlyList<Write> writes)
    {
        byte[]?[]? events = null;
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i] is Write.Emit emit)
                (events ??= new byte[]?[writes.Count])[i] = emit.Event.ToJson();
        }
        return events;
    }
}
