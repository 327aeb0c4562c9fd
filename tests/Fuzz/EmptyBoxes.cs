using System.Buffers.Binary;
using System.Text;
using Media.Tests;

namespace Fuzz;

/// <summary>Files of as many of the smallest boxes as the read budget has room for, in each place where boxes are walked one by one.</summary>
public static class EmptyBoxes
{
    /// <summary>Names for <see cref="Of"/>: a type of box, and where it stands.</summary>
    public static readonly IReadOnlyList<string> All =
        ["free at the top", "moof at the top", "mdat at the top", "free in moov", "trak in moov", "moof behind a movie", "sidx behind a movie", "free behind a movie"];

    public static byte[] Of(string name)
    {
        var row = new byte[20 << 20];
        for (var i = 0; i < row.Length; i += 8)
        {
            row[i + 3] = 8;
            Encoding.ASCII.GetBytes(name.AsSpan(0, 4), row.AsSpan(i + 4));
        }
        if (name.EndsWith("behind a movie", StringComparison.Ordinal))
            return [.. Corpus.Read("fragmented-without-fragments.mp4"), .. row];
        byte[] ftyp = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 2, 0];
        if (name.EndsWith("at the top", StringComparison.Ordinal))
            return [.. ftyp, .. row];
        var moov = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(moov, row.Length + 8);
        "moov"u8.CopyTo(moov.AsSpan(4));
        return [.. ftyp, .. moov, .. row];
    }
}
