using SeriesFunctions.Core.Media.Boxes;

namespace SeriesFunctions.Core.Media.Pictures;

/// <summary>What the header and the end of a picture say. <paramref name="ContentType"/> is null for what is neither JPEG nor PNG.</summary>
internal sealed record Picture(string? ContentType)
{
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>A kind of the format that not everything shows, in words.</summary>
    public string? Unsupported { get; init; }

    /// <summary>What is wrong, as the end of a sentence.</summary>
    public string? Damage { get; init; }

    public bool IsTruncated { get; init; }
}

/// <summary>Tells the two formats apart by their first bytes.</summary>
internal static class PictureReader
{
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";

    public static async ValueTask<Picture> ReadAsync(WindowedReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.HasAsync(0, 8, WindowedReader.Large, cancellationToken))
            return new Picture(ContentType: null);
        var head = reader.Span(0, 8);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return await JpegReader.ReadAsync(reader, cancellationToken);
        return head.SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            ? await PngReader.ReadAsync(reader, cancellationToken)
            : new Picture(ContentType: null);
    }
}
