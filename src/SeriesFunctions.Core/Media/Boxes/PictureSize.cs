using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>
/// The size that the decoder will give a picture, from the sequence parameter set beside the sample description. Players go by it; the numbers
/// in the sample entry are a copy that anybody can write anything into. Source: ITU-T H.264, 7.3.2.1; ITU-T H.265, 7.3.2.2; ISO/IEC 14496-15.
/// </summary>
internal static class PictureSize
{
    /// <summary>Null when there is no parameter set that can be read; then the sample entry's size stands.</summary>
    public static (int Width, int Height)? Read(ReadOnlySpan<byte> children)
    {
        var position = 0;
        while (Box.TryNext(children, ref position, out var child))
        {
            var size = child.Type switch
            {
                BoxType.AvcC => H264(child.In(children)),
                BoxType.HvcC => Hevc(child.In(children)),
                _ => null,
            };
            if (size is { Width: > 0 and <= 65_535, Height: > 0 and <= 65_535 })
                return size;
        }
        return null;
    }

    private static (int Width, int Height)? H264(ReadOnlySpan<byte> avcC)
    {
        if (avcC.Length < 8 || (avcC[5] & 0x1F) == 0)
            return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(avcC[6..]);
        if (length < 4 || length > avcC.Length - 8)
            return null;
        var bits = new ParameterBits(avcC.Slice(8, length)[1..]);
        var profile = bits.Read(8);
        bits.Read(16);
        bits.Exp();
        uint chroma = 1;
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135)
        {
            chroma = bits.Exp();
            if (chroma == 3 && bits.Read(1) == 1)
                chroma = 0;
            bits.Exp();
            bits.Exp();
            bits.Read(1);
            if (bits.Read(1) == 1)
                SkipScalingLists(ref bits, chroma == 3 ? 12 : 8);
        }
        bits.Exp();
        var order = bits.Exp();
        if (order == 0)
        {
            bits.Exp();
        }
        else if (order == 1)
        {
            bits.Read(1);
            bits.Exp();
            bits.Exp();
            for (var i = Math.Min(bits.Exp(), 255); i > 0; i--)
                bits.Exp();
        }
        bits.Exp();
        bits.Read(1);
        var width = (bits.Exp() + 1L) * 16;
        var units = bits.Exp() + 1L;
        // Interlaced pictures count the lines of one field.
        var fields = 2 - bits.Read(1);
        if (fields == 2)
            bits.Read(1);
        bits.Read(1);
        var height = units * 16 * fields;
        if (bits.Read(1) == 1)
        {
            var (unitX, unitY) = (chroma is 1 or 2 ? 2 : 1, (chroma == 1 ? 2 : 1) * fields);
            width -= (bits.Exp() + (long)bits.Exp()) * unitX;
            height -= (bits.Exp() + (long)bits.Exp()) * unitY;
        }
        return Sane(width, height, bits.IsPastEnd);
    }

    private static void SkipScalingLists(ref ParameterBits bits, int count)
    {
        for (var list = 0; list < count; list++)
        {
            if (bits.Read(1) == 0)
                continue;
            int last = 8, next = 8;
            for (var i = 0; i < (list < 6 ? 16 : 64) && !bits.IsPastEnd; i++)
            {
                if (next != 0)
                    next = (last + bits.SignedExp() + 256) & 0xFF;
                last = next == 0 ? last : next;
            }
        }
    }

    private static (int Width, int Height)? Hevc(ReadOnlySpan<byte> hvcC)
    {
        const byte SequenceParameterSet = 33;
        var at = 23;
        for (var arrays = hvcC.Length > 22 ? hvcC[22] : 0; arrays > 0 && at + 3 <= hvcC.Length; arrays--)
        {
            var type = hvcC[at] & 0x3F;
            var units = BinaryPrimitives.ReadUInt16BigEndian(hvcC[(at + 1)..]);
            at += 3;
            for (; units > 0 && at + 2 <= hvcC.Length; units--)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(hvcC[at..]);
                at += 2;
                if (at + length > hvcC.Length)
                    return null;
                if (type == SequenceParameterSet && length > 2)
                    return Hevc(new ParameterBits(hvcC.Slice(at, length)[2..]));
                at += length;
            }
        }
        return null;
    }

    private static (int Width, int Height)? Hevc(ParameterBits bits)
    {
        bits.Read(4);
        var layers = (int)bits.Read(3);
        bits.Read(1);
        // Profile, tier and level: 96 bits for all, then up to 96 for each sub-layer by its two flags.
        bits.Skip(96);
        var flags = layers > 0 ? bits.Read(16) : 0;
        for (var i = 0; i < layers; i++)
            bits.Skip(((flags >> (15 - i * 2) & 1) == 1 ? 88 : 0) + ((flags >> (14 - i * 2) & 1) == 1 ? 8 : 0));
        bits.Exp();
        var chroma = bits.Exp();
        if (chroma == 3 && bits.Read(1) == 1)
            chroma = 0;
        long width = bits.Exp(), height = bits.Exp();
        if (bits.Read(1) == 1)
        {
            width -= (bits.Exp() + (long)bits.Exp()) * (chroma is 1 or 2 ? 2 : 1);
            height -= (bits.Exp() + (long)bits.Exp()) * (chroma == 1 ? 2 : 1);
        }
        return Sane(width, height, bits.IsPastEnd);
    }

    private static (int Width, int Height)? Sane(long width, long height, bool isPastEnd) =>
        isPastEnd || width is <= 0 or > 65_535 || height is <= 0 or > 65_535 ? null : ((int)width, (int)height);
}
