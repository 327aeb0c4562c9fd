using System.Buffers.Binary;

namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>
/// Walks the top level of a file from its first byte, hopping over the media, and stops as soon as the rest can't change the verdict.
/// What it found is in its properties afterwards; judging that is <see cref="VideoRules"/>' business.
/// </summary>
internal sealed class FileReader(WindowedReader reader)
{
    /// <summary>An ordinary file is decided in this many requests; what would need more of one is not worth it once a video and an audio track are known.</summary>
    private const int OrdinaryRequests = 4;

    /// <summary>Null when there is no movie header.</summary>
    public Movie? Movie { get; private set; }

    public uint MajorBrand { get; private set; }

    /// <summary>A brand that says the file is something other than a movie, in words; null otherwise.</summary>
    public string? OtherUse { get; private set; }

    /// <summary>What it is instead, when it isn't ISO base media at all.</summary>
    public ForeignFormat? Foreign { get; private set; }

    /// <summary>A box runs past the end of the file, or the bytes ended before the length that the store promised.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What is wrong between the boxes, as the end of a sentence.</summary>
    public string? Damage { get; private set; }

    public bool HasMediaData { get; private set; }

    public bool HasFragments { get; private set; }

    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        await WalkAsync(cancellationToken);
        IsTruncated |= reader.EndedEarly;
        if (reader.IsExhausted)
            Damage ??= "it is cut into more pieces than we look at";
    }

    private async ValueTask WalkAsync(CancellationToken cancellationToken)
    {
        long position = 0;
        while (position < reader.Length)
        {
            var header = (int)Math.Min(16, reader.Length - position);
            if (IsDecided && !reader.Has(position, header) && reader.Requests >= OrdinaryRequests)
                return;
            // Behind the media comes, in nearly every file that isn't laid out for streaming, the movie header: worth a large window.
            var window = position == 0 || (HasMediaData && Movie is null) ? WindowedReader.Large : WindowedReader.Small;
            if (!await reader.HasAsync(position, header, window, cancellationToken))
                return;
            if (position == 0 && ForeignFormat.Detect(reader.Visible(0, reader.Length)) is { } foreign)
            {
                Foreign = foreign;
                return;
            }
            if (!Box.TryRead(reader.Span(position, header), position, reader.Length, out var box) || !BoxType.IsPlausible(box.Type))
            {
                // Some cameras write their own data behind the last box; a movie that is complete doesn't suffer from it.
                if (IsDecided)
                    return;
                Damage = "what follows its first parts is not video data";
                return;
            }
            if (!await VisitAsync(box, cancellationToken))
                return;
            position = box.End;
        }
    }

    /// <summary>The movie header was read and its media was seen: what follows can only be more of the same.</summary>
    private bool IsDecided => Movie is not null && HasMediaData;

    /// <summary>False where the walk ends.</summary>
    private async ValueTask<bool> VisitAsync(Box box, CancellationToken cancellationToken)
    {
        if (box.End > reader.Length)
        {
            // Behind a complete movie only more media can be missing; anything else there is some camera's own data.
            IsTruncated |= !IsDecided || box.Type is BoxType.Mdat or BoxType.Moof;
            return false;
        }
        switch (box.Type)
        {
            case BoxType.Ftyp or BoxType.Styp when box.Start == 0:
                ReadBrands(box);
                break;
            case BoxType.Mdat:
                HasMediaData |= box.PayloadSize > 0;
                break;
            case BoxType.Moov when Movie is null:
                Movie = new Movie();
                // A movie header in front of the media leaves one request for the box behind it, which shows a file cut short.
                var most = HasMediaData ? OrdinaryRequests : OrdinaryRequests - 1;
                await new MovieReader(reader, Movie).ReadAsync(box, () => reader.Requests >= most, cancellationToken);
                return Movie.Damage is null;
            case BoxType.Moof or BoxType.Sidx when Movie is not null:
                var fragments = new FragmentReader(reader, Movie);
                await fragments.ReadAsync(box, cancellationToken);
                (HasFragments, HasMediaData) = (fragments.Count > 0, HasMediaData || fragments.HasMediaData);
                IsTruncated |= fragments.IsTruncated;
                Damage ??= fragments.Damage;
                return false;
            case BoxType.Moof:
                HasFragments = true;
                break;
            default:
                break;
        }
        return true;
    }

    private void ReadBrands(Box box)
    {
        var brands = reader.Visible(box.Payload, Math.Min(box.PayloadSize, 1_024));
        if (brands.Length < 4)
            return;
        MajorBrand = BinaryPrimitives.ReadUInt32BigEndian(brands);
        OtherUse = BoxType.Text(MajorBrand) switch
        {
            "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => "a picture (HEIF)",
            "avif" or "avis" => "a picture (AVIF)",
            "crx " => "a raw photo",
            "jp2 " or "jpx " or "jpm " or "mjp2" => "JPEG 2000",
            _ => null,
        };
    }
}
