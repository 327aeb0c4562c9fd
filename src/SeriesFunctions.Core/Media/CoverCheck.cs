using SeriesFunctions.Core.Media.Boxes;
using SeriesFunctions.Core.Media.Pictures;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// Decides what a cover is by its header and its end; nothing is decoded, so a picture that would unpack to gigabytes costs what any other does:
/// 1 to 3 requests and at most 192 KB for ordinary pictures, and never more than the budget of <see cref="VideoCheck"/>.
/// </summary>
public static class CoverCheck
{
    /// <summary>Checks one file. All problems that apply are reported at once.</summary>
    /// <param name="source">The file. What its reads throw, an outage of the store, comes out of here; nothing else does.</param>
    /// <param name="announcedBytes">The size that the client announced, in bytes.</param>
    /// <param name="announcedContentType"><c>image/jpeg</c> or <c>image/png</c>, or a file name with its extension, as the client announced it.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public static async ValueTask<CoverVerdict> RunAsync(
        IRangeSource source, long announcedBytes, string announcedContentType, CoverLimits limits, CancellationToken cancellationToken)
    {
        using var reader = new WindowedReader(source);
        var picture = await PictureReader.ReadAsync(reader, cancellationToken);

        var problems = new List<MediaProblem>();
        if (reader.Length != announcedBytes)
            problems.Add(CoverProblems.SizeMismatch(announcedBytes, reader.Length));
        if (reader.Length > limits.MaxBytes)
            problems.Add(CoverProblems.TooLarge(reader.Length, limits.MaxBytes));
        if (picture.ContentType is not { } contentType)
        {
            problems.Add(CoverProblems.NotAPicture);
            return new CoverVerdict(null, problems);
        }
        if (ContentTypeOf(announcedContentType) != contentType)
            problems.Add(CoverProblems.TypeMismatch(announcedContentType, contentType));
        if (picture.Unsupported is { } unsupported)
            problems.Add(CoverProblems.PictureUnsupported(unsupported));
        if (picture.Damage is { } damage)
            problems.Add(CoverProblems.Corrupt(damage));
        if (picture.IsTruncated)
            problems.Add(CoverProblems.Truncated);
        if (picture is not { Width: > 0, Height: > 0 })
            return new CoverVerdict(null, problems);

        if (Math.Min(picture.Width, picture.Height) < limits.MinSide)
            problems.Add(CoverProblems.TooSmallPicture(picture.Width, picture.Height, limits.MinSide));
        if (Math.Max(picture.Width, picture.Height) > limits.MaxSide)
            problems.Add(CoverProblems.TooLargePicture(picture.Width, picture.Height, limits.MaxSide));
        return new CoverVerdict(new CoverFacts(picture.Width, picture.Height, contentType, reader.Length), problems);
    }

    private static string ContentTypeOf(string announced)
    {
        var type = announced.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "image/jpg" or "image/pjpeg" => PictureReader.Jpeg,
            _ when type.EndsWith(".jpg", StringComparison.Ordinal) || type.EndsWith(".jpeg", StringComparison.Ordinal) => PictureReader.Jpeg,
            _ when type.EndsWith(".png", StringComparison.Ordinal) => PictureReader.Png,
            _ => type,
        };
    }
}
