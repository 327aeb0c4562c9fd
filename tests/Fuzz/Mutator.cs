using System.Buffers.Binary;

namespace Fuzz;

/// <summary>Damages files the way uploads, editors and attackers do. The same seed and number always give the same input.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> corpus)
{
    private static readonly uint[] Numbers = [0, 1, 2, 7, 8, 15, 16, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

    private static readonly byte[][] Types = [.. "ftyp moov mdat moof mfra mfro tfra sidx free trak mdia minf stbl stsd stts ctts stco co64 edts elst mvhd tkhd mdhd hdlr mvex trex traf tfhd tfdt trun encv sinf frma esds wave avc1 mp4a cmov pssh dref dinf udta uuid"
        .Split(' ').Select(System.Text.Encoding.ASCII.GetBytes)];

    public byte[] Next(int seed, int number)
    {
        var random = new Random(HashCode(seed, number));
        var bytes = corpus[random.Next(corpus.Count)].ToArray();
        for (var changes = 1 + random.Next(8); changes > 0 && bytes.Length > 16; changes--)
            bytes = Change(random, bytes);
        return bytes;
    }

    private byte[] Change(Random random, byte[] bytes)
    {
        switch (random.Next(13))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[Near(random, bytes)] = (byte)random.Next(256);
                return bytes;
            case 2 or 3:
                return Put(bytes, Near(random, bytes), Numbers[random.Next(Numbers.Length)]);
            case 4:
                // The size in front of a type.
                return Put(bytes, Box(random, bytes), random.Next(3) == 0 ? (uint)random.Next() : Numbers[random.Next(Numbers.Length)]);
            case 5:
                Types[random.Next(Types.Length)].CopyTo(bytes, Math.Min(Box(random, bytes) + 4, bytes.Length - 4));
                return bytes;
            case 6:
                return bytes[..random.Next(bytes.Length)];
            case 7:
                var (from, to) = Range(random, bytes);
                return [.. bytes[..from], .. bytes[to..]];
            case 8:
                (from, to) = Range(random, bytes);
                return [.. bytes[..to], .. bytes[from..]];
            case 9:
                (from, to) = Range(random, bytes);
                random.NextBytes(bytes.AsSpan(from, to - from));
                return bytes;
            case 10:
                // The beginning of one file and the end of another.
                var other = corpus[random.Next(corpus.Count)];
                return other.Length == 0 ? bytes : [.. bytes[..random.Next(bytes.Length)], .. other[random.Next(other.Length)..]];
            case 11:
                // More media than a window holds, so that what follows has to be asked for.
                var mdat = bytes.AsSpan().IndexOf("mdat"u8) - 4;
                if (mdat < 0)
                    return bytes;
                var more = random.Next(60_000, 200_000);
                var size = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(mdat));
                Put(bytes, mdat, size + (uint)more);
                return [.. bytes[..(mdat + 8)], .. new byte[more], .. bytes[(mdat + 8)..]];
            default:
                // A long row of one box: what a walk may not take long over.
                var box = Types[random.Next(Types.Length)];
                var row = new byte[8 * (1 + random.Next(4_000))];
                for (var i = 0; i < row.Length; i += 8)
                {
                    row[i + 3] = 8;
                    box.CopyTo(row, i + 4);
                }
                var at = Box(random, bytes);
                return [.. bytes[..at], .. row, .. bytes[at..]];
        }
    }

    private static byte[] Put(byte[] bytes, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(Math.Min(at, bytes.Length - 4)), value);
        return bytes;
    }

    /// <summary>Headers decide, so half of the changes go close to one.</summary>
    private static int Near(Random random, byte[] bytes) =>
        random.Next(2) == 0 ? random.Next(bytes.Length) : Math.Min(Box(random, bytes) + random.Next(64), bytes.Length - 1);

    /// <summary>Somewhere that looks like the start of a box, found by looking on from a random place.</summary>
    private static int Box(Random random, byte[] bytes)
    {
        var start = random.Next(bytes.Length);
        for (var i = start; i < Math.Min(bytes.Length - 8, start + 4_096); i++)
        {
            if (char.IsAsciiLetterLower((char)bytes[i + 4]) && char.IsAsciiLetterLower((char)bytes[i + 5])
                && char.IsAsciiLetterOrDigit((char)bytes[i + 6]) && char.IsAsciiLetterOrDigit((char)bytes[i + 7]) && bytes[i] == 0)
                return i;
        }
        return Math.Max(0, Math.Min(start, bytes.Length - 8));
    }

    private static (int From, int To) Range(Random random, byte[] bytes)
    {
        var from = random.Next(bytes.Length);
        return (from, from + random.Next(Math.Min(bytes.Length - from, random.Next(3) == 0 ? 20_000 : 64) + 1));
    }

    /// <summary>Not <see cref="System.HashCode"/>, which differs from run to run.</summary>
    private static int HashCode(int seed, int number) => unchecked((int)((uint)seed * 2_654_435_761u ^ (uint)number * 2_246_822_519u));
}
