using System.Globalization;

namespace SeriesFunctions.Core.Media;

/// <summary>Every reason for which a cover is refused, with its sentence. Source: the product rules, "cover".</summary>
public static class CoverProblems
{
    public static readonly MediaProblem NotAPicture = new("not-a-picture",
        "This file is not a JPEG or PNG picture. Choose a picture in one of these formats.");

    public static MediaProblem PictureUnsupported(string what) => new("picture-unsupported",
        $"This is {what}, which can't be shown everywhere. Save the picture as an ordinary JPEG or PNG.");

    public static MediaProblem TypeMismatch(string announced, string actual) => new("type-mismatch",
        $"The file was announced as {announced} but is {actual}. Give it the right name and upload it again.");

    public static MediaProblem TooLarge(long bytes, long most) => new("too-large",
        string.Create(CultureInfo.InvariantCulture, $"The picture has {bytes / (double)(1 << 20):0.##} MB; it may have at most {most / (double)(1 << 20):0.##} MB. Save it smaller or with more compression."));

    public static MediaProblem TooSmallPicture(int width, int height, int least) => new("too-small-picture",
        string.Create(CultureInfo.InvariantCulture, $"The picture is {width} × {height} pixels; each side must have at least {least}. Choose a larger picture."));

    public static MediaProblem TooLargePicture(int width, int height, int most) => new("too-large-picture",
        string.Create(CultureInfo.InvariantCulture, $"The picture is {width} × {height} pixels; each side may have at most {most}. Scale it down."));

    public static readonly MediaProblem Truncated = new("truncated",
        "The end of the picture is missing: it was not saved or uploaded completely. Check that it opens, then upload it again.");

    public static MediaProblem Corrupt(string how) => new("corrupt",
        $"The picture is damaged: {how}. Save it again and upload the new file.");

    public static MediaProblem SizeMismatch(long announced, long actual) => new("size-mismatch",
        string.Create(CultureInfo.InvariantCulture, $"{actual:N0} bytes arrived, but {announced:N0} were announced. The upload was interrupted or the file changed meanwhile; upload it again."));
}
