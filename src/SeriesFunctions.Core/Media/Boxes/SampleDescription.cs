using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>What the first entry of <c>stsd</c> describes. <paramref name="Codec"/> is ffmpeg's name for it where it has one, else the four characters.</summary>
internal sealed record SampleDescription(string Codec, int Width, int Height, bool IsEncrypted)
{
    private const int VideoEntry = 78;
    private const int AudioEntry = 28;

    /// <summary>Reads the payload of <c>stsd</c>. Null when it holds no entry that can be one.</summary>
    public static SampleDescription? Read(ReadOnlySpan<byte> stsd, uint handler)
    {
        if (stsd.Length < 16)
            return null;
        var entries = stsd[8..];
        var position = 0;
        SampleDescription? first = null;
        // A second entry is rare (the encoder changed its settings on the way); what it could change is that it is encrypted.
        for (var i = 0; i < 8 && Box.TryNext(entries, ref position, out var entry); i++)
        {
            var read = ReadEntry(entry.Type, entry.In(entries), handler);
            first = first is null ? read : first with { IsEncrypted = first.IsEncrypted || read.IsEncrypted };
        }
        return first;
    }

    private static SampleDescription ReadEntry(uint type, ReadOnlySpan<byte> entry, uint handler)
    {
        var children = handler switch
        {
            BoxType.Vide => entry.Length >= VideoEntry ? entry[VideoEntry..] : [],
            BoxType.Soun => AudioChildren(entry),
            _ => [],
        };
        var (format, isEncrypted) = Unprotected(type, children);
        if (handler == BoxType.Vide)
        {
            var (width, height) = PictureSize.Read(children) ?? (entry.Length >= VideoEntry
                ? (BinaryPrimitives.ReadUInt16BigEndian(entry[24..]), BinaryPrimitives.ReadUInt16BigEndian(entry[26..]))
                : default((int, int)));
            return new SampleDescription(Codecs.Video(format), width, height, isEncrypted);
        }
        var codec = handler == BoxType.Soun ? Codecs.Audio(format, ObjectType(children)) : BoxType.Text(format).Trim();
        return new SampleDescription(codec, 0, 0, isEncrypted);
    }

    /// <summary>QuickTime's sound descriptions of version 1 and 2 put more fields before the boxes.</summary>
    private static ReadOnlySpan<byte> AudioChildren(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < AudioEntry)
            return [];
        var start = BinaryPrimitives.ReadUInt16BigEndian(entry[8..]) switch
        {
            1 => AudioEntry + 16,
            2 => AudioEntry + 36,
            _ => AudioEntry,
        };
        return entry.Length >= start ? entry[start..] : [];
    }

    /// <summary>Behind <c>encv</c> and <c>enca</c> the real format stands in <c>sinf</c>/<c>frma</c> (ISO/IEC 14496-12, 8.12).</summary>
    private static (uint Format, bool IsEncrypted) Unprotected(uint type, ReadOnlySpan<byte> children)
    {
        var isEncrypted = Codecs.IsEncrypted(type);
        var position = 0;
        while (Box.TryNext(children, ref position, out var child))
        {
            if (child.Type != BoxType.Sinf)
                continue;
            isEncrypted = true;
            var sinf = child.In(children);
            var inner = 0;
            while (Box.TryNext(sinf, ref inner, out var box))
            {
                if (box.Type == BoxType.Frma && box.PayloadSize >= 4)
                    type = BinaryPrimitives.ReadUInt32BigEndian(box.In(sinf));
            }
        }
        return (type, isEncrypted);
    }

    /// <summary>The MPEG-4 object type in <c>esds</c>, which QuickTime puts into <c>wave</c>; 0 when there is none.</summary>
    private static int ObjectType(ReadOnlySpan<byte> children)
    {
        var position = 0;
        while (Box.TryNext(children, ref position, out var child))
        {
            var payload = child.In(children);
            if (child.Type == BoxType.Esds)
                return ObjectTypeOf(payload);
            if (child.Type != BoxType.Wave)
                continue;
            var inner = 0;
            while (Box.TryNext(payload, ref inner, out var box))
            {
                if (box.Type == BoxType.Esds)
                    return ObjectTypeOf(box.In(payload));
            }
        }
        return 0;
    }

    /// <summary>ISO/IEC 14496-1: descriptor 3 (ES) holds descriptor 4 (decoder configuration), whose first byte is the object type.</summary>
    private static int ObjectTypeOf(ReadOnlySpan<byte> esds)
    {
        var position = 4;
        if (!TryDescriptor(esds, ref position, 3) || position + 3 > esds.Length)
            return 0;
        var flags = esds[position + 2];
        position += 3;
        if ((flags & 0x80) != 0)
            position += 2;
        if ((flags & 0x40) != 0)
            position += 1 + (position < esds.Length ? esds[position] : 0);
        if ((flags & 0x20) != 0)
            position += 2;
        return TryDescriptor(esds, ref position, 4) && position < esds.Length ? esds[position] : 0;
    }

    /// <summary>Steps over a descriptor's tag and its length of 1 to 4 bytes.</summary>
    private static bool TryDescriptor(ReadOnlySpan<byte> bytes, ref int position, byte tag)
    {
        if (position >= bytes.Length || bytes[position] != tag)
            return false;
        position++;
        for (var i = 0; i < 4 && position < bytes.Length; i++)
        {
            if ((bytes[position++] & 0x80) == 0)
                break;
        }
        return true;
    }
}
