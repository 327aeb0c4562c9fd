using System.Buffers.Binary;
using SeriesFunctions.Core.Media.Boxes;

namespace SeriesFunctions.Core.Media.Pictures;

/// <summary>Reads a PNG's header chunk, the chunks up to its data, and its end. Source: the PNG specification (W3C), 5 and 11.2.</summary>
internal static class PngReader
{
    private const uint Ihdr = 'I' << 24 | 'H' << 16 | 'D' << 8 | 'R';
    private const uint Idat = 'I' << 24 | 'D' << 16 | 'A' << 8 | 'T';
    private const uint Iend = 'I' << 24 | 'E' << 16 | 'N' << 8 | 'D';
    private const uint AcTl = 'a' << 24 | 'c' << 16 | 'T' << 8 | 'L';

    /// <summary>Deflate packs at most 1,032 bytes into one.</summary>
    private const int MostDeflated = 1_032;

    public static async ValueTask<Picture> ReadAsync(WindowedReader reader, CancellationToken cancellationToken)
    {
        var picture = new Picture(PictureReader.Png);
        if (!await reader.HasAsync(8, 25, WindowedReader.Large, cancellationToken))
            return picture with { IsTruncated = true };
        picture = Header(picture, reader.Span(8, 25), reader.Length);
        if (picture.Damage is not null)
            return picture;

        long position = 33;
        while (true)
        {
            if (!await reader.HasAsync(position, 8, WindowedReader.Small, cancellationToken))
                return reader.IsExhausted ? picture with { Damage = "it has more data in front of the picture than we look at" } : picture with { IsTruncated = true };
            var (length, type) = Chunk(reader.Span(position, 8));
            if (length > int.MaxValue || !BoxType.IsPlausible(type) || type == Iend)
                return picture with { Damage = "it has no picture data" };
            if (position + 12 + length > reader.Length)
                return picture with { IsTruncated = true };
            if (type == AcTl)
                picture = picture with { Unsupported = "an animated PNG" };
            if (type == Idat)
                break;
            position += 12 + length;
        }
        return await EndsAsync(reader, position, cancellationToken) ? picture : picture with { IsTruncated = true };
    }

    private static (uint Length, uint Type) Chunk(ReadOnlySpan<byte> at) => (BinaryPrimitives.ReadUInt32BigEndian(at), BinaryPrimitives.ReadUInt32BigEndian(at[4..]));

    private static Picture Header(Picture picture, ReadOnlySpan<byte> chunk, long fileLength)
    {
        if (Chunk(chunk) != (13, Ihdr) || Crc32.Of(chunk[4..21]) != BinaryPrimitives.ReadUInt32BigEndian(chunk[21..]))
            return picture with { Damage = "its header is not as it must be" };
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]), BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]));
        var (depth, colour) = (chunk[16], chunk[17]);
        var channels = (colour, depth) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) => 1,
            (2, 8 or 16) => 3,
            (4, 8 or 16) => 2,
            (6, 8 or 16) => 4,
            _ => 0,
        };
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || channels == 0 || chunk[18] != 0 || chunk[19] != 0 || chunk[20] > 1)
            return picture with { Damage = "its header is not as it must be" };
        picture = picture with { Width = (int)width, Height = (int)height };
        var unpacked = (UInt128)height * (((UInt128)width * (uint)(channels * depth) + 7) / 8 + 1);
        return unpacked > (UInt128)fileLength * MostDeflated ? picture with { Damage = "it has too little data for its size" } : picture;
    }

    /// <summary>Whether the closing chunk stands in the last 64 KB behind the data; phones and editors may put more behind it.</summary>
    private static async ValueTask<bool> EndsAsync(WindowedReader reader, long data, CancellationToken cancellationToken)
    {
        var start = Math.Max(data, reader.Length - WindowedReader.Large);
        var count = (int)(reader.Length - start);
        return await reader.HasAsync(start, count, count, cancellationToken)
            && reader.Span(start, count).LastIndexOf((ReadOnlySpan<byte>)[0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]) >= 0;
    }
}
