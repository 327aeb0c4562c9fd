using System.Buffers.Binary;
using SeriesFunctions.Core.Media.Boxes;

namespace SeriesFunctions.Core.Media.Pictures;

/// <summary>Reads the markers of a JPEG up to its first scan, then looks for the marker that ends it. Source: ITU-T T.81, annex B.</summary>
internal static class JpegReader
{
    public static async ValueTask<Picture> ReadAsync(WindowedReader reader, CancellationToken cancellationToken)
    {
        var picture = new Picture(PictureReader.Jpeg);
        var isSequential = false;
        long position = 2;
        while (true)
        {
            if (!await reader.HasAsync(position, 4, WindowedReader.Large, cancellationToken))
                return reader.IsExhausted ? picture with { Damage = "it has more data in front of the picture than we look at" } : picture with { IsTruncated = true };
            var (lead, marker, length) = Segment(reader.Span(position, 4));
            if (lead != 0xFF)
                return picture with { Damage = "its header breaks off" };
            if (marker == 0xFF)
            {
                // Fill bytes may stand in front of any marker.
                position++;
                continue;
            }
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD9) || length < 2)
                return picture with { Damage = "its header breaks off" };
            if (marker == 0xDA)
                break;
            if (IsFrame(marker))
            {
                if (picture.Width > 0)
                    return picture with { Damage = "it has two sizes" };
                if (!await reader.HasAsync(position, 10, WindowedReader.Large, cancellationToken))
                    return picture with { IsTruncated = true };
                picture = Frame(picture, marker, reader.Span(position, 10));
                isSequential = marker is 0xC0 or 0xC1;
                if (picture.Damage is not null)
                    return picture;
            }
            position += 2 + length;
        }
        if (picture.Width == 0)
            return picture with { Damage = "it gives no size" };
        // Every block of 8 by 8 takes at least 2 bits in a sequential scan, so a small file can't hold a huge picture.
        var blocks = (long)((picture.Width + 7) / 8) * ((picture.Height + 7) / 8);
        if (isSequential && (reader.Length - position) * 8 < blocks * 2)
            return picture with { Damage = "it has too little data for its size" };
        return await EndsAsync(reader, position, cancellationToken) ? picture : picture with { IsTruncated = true };
    }

    private static (byte Lead, byte Marker, int Length) Segment(ReadOnlySpan<byte> at) => (at[0], at[1], BinaryPrimitives.ReadUInt16BigEndian(at[2..]));

    /// <summary>SOF0 to SOF15 without DHT, JPG and DAC, which share their range.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static Picture Frame(Picture picture, byte marker, ReadOnlySpan<byte> segment)
    {
        var (precision, components) = (segment[4], segment[9]);
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[5..]), BinaryPrimitives.ReadUInt16BigEndian(segment[7..]));
        if (width == 0 || height == 0 || components == 0)
            return picture with { Damage = "it gives no size" };
        var unsupported = marker is not (0xC0 or 0xC1 or 0xC2) ? "a lossless or arithmetic JPEG"
            : precision != 8 ? "a JPEG of more than 8 bits a colour"
            : components == 4 ? "a JPEG in print colours (CMYK)"
            : components is not (1 or 3) ? "a JPEG with unusual colours"
            : null;
        return picture with { Width = width, Height = height, Unsupported = unsupported };
    }

    /// <summary>
    /// Whether the end marker stands in the last 64 KB: within a scan FF is always followed by 0 or a restart marker, so FF D9 is the end and nothing
    /// else. It need not be last, because phones put more behind it (a motion photo, a depth map).
    /// </summary>
    private static async ValueTask<bool> EndsAsync(WindowedReader reader, long scan, CancellationToken cancellationToken)
    {
        var start = Math.Max(scan, reader.Length - WindowedReader.Large);
        var count = (int)(reader.Length - start);
        return await reader.HasAsync(start, count, count, cancellationToken)
            && reader.Span(start, count).LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) >= 0;
    }
}
