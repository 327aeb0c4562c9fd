using System.Buffers;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// Ids become part of a request's address, so what the service forbids there never gets that far. Ids are made by us from parts that were checked, so a wrong one is a
/// bug and throws.
/// </summary>
internal static class Keys
{
    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("/\\?#");

    public static void Check(Partition partition) => Check(partition.Key, nameof(partition));

    public static void Check(Partition partition, string id)
    {
        Check(partition);
        Check(id, nameof(id));
    }

    public static void Check(Partition partition, Write write)
    {
        Check(partition, write switch
        {
            Write.Create create => create.Id,
            Write.Replace replace => replace.Id,
            Write.Put put => put.Id,
            Write.Delete delete => delete.Id,
            Write.Emit emit => emit.Event.Id,
            _ => throw new ArgumentOutOfRangeException(nameof(write)),
        });
    }

    private static void Check(string key, string name)
    {
        if (key.Length is 0 or > StoreLimits.MaxKeyLength || key.AsSpan().ContainsAnyExceptInRange(' ', '~') || key.AsSpan().ContainsAny(s_forbidden))
            throw new ArgumentException("A key is 1 to 255 printable ASCII characters without / \\ ? #.", name);
    }
}
