namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>What the four characters of a sample entry stand for. Source: the MP4 registration authority's list and the QuickTime File Format; names are ffmpeg's.</summary>
internal static class Codecs
{
    public static string Video(uint format) => BoxType.Text(format) switch
    {
        "avc1" or "avc2" or "avc3" or "avc4" or "dvav" or "dva1" => "h264",
        "hvc1" or "hev1" or "hvc2" or "hev2" or "dvh1" or "dvhe" => "hevc",
        "vp09" => "vp9",
        "av01" or "dav1" => "av1",
        "vp08" => "vp8",
        "mp4v" => "mpeg4",
        "vvc1" or "vvi1" => "vvc",
        "apco" or "apcs" or "apcn" or "apch" or "ap4h" or "ap4x" => "prores",
        "AVdn" or "AVdh" => "dnxhd",
        "jpeg" or "mjpa" or "mjpb" => "mjpeg",
        "png " => "png",
        "s263" or "h263" => "h263",
        var other => other.Trim(),
    };

    /// <param name="format">Of the sample entry.</param>
    /// <param name="objectType">From <c>esds</c>, 0 for none. <c>mp4a</c> is used for MP3 as well.</param>
    public static string Audio(uint format, int objectType) => BoxType.Text(format) switch
    {
        "mp4a" => objectType switch
        {
            0 or 0x40 or 0x66 or 0x67 or 0x68 => "aac",
            0x69 or 0x6B => "mp3",
            0xA5 => "ac3",
            0xA6 => "eac3",
            0xAD => "opus",
            0xDD => "vorbis",
            _ => "mp4a",
        },
        ".mp3" or "ms.U" => "mp3",
        "Opus" => "opus",
        "ac-3" => "ac3",
        "ec-3" => "eac3",
        "fLaC" => "flac",
        "samr" => "amr_nb",
        "sawb" => "amr_wb",
        "sowt" or "twos" or "lpcm" or "ipcm" or "fpcm" or "in24" or "in32" or "fl32" or "fl64" or "raw " or "NONE" => "pcm",
        var other => other.Trim(),
    };

    /// <summary>Entries that a player can't read without a key: common encryption's, and those of Apple's shops.</summary>
    public static bool IsEncrypted(uint format) =>
        BoxType.Text(format) is "encv" or "enca" or "enct" or "encs" or "drmi" or "drms" or "drmt";

    /// <summary>What people call it.</summary>
    public static string Name(string codec) => codec switch
    {
        "h264" => "H.264",
        "hevc" => "H.265 (HEVC)",
        "vp9" => "VP9",
        "vp8" => "VP8",
        "av1" => "AV1",
        "vvc" => "H.266 (VVC)",
        "mpeg4" => "MPEG-4 Part 2",
        "prores" => "Apple ProRes",
        "dnxhd" => "Avid DNxHD",
        "mjpeg" => "Motion JPEG",
        "aac" => "AAC",
        "mp3" => "MP3",
        "opus" => "Opus",
        "ac3" => "Dolby Digital (AC-3)",
        "eac3" => "Dolby Digital Plus (E-AC-3)",
        "flac" => "FLAC",
        "alac" => "Apple Lossless",
        "pcm" => "uncompressed audio (PCM)",
        "amr_nb" or "amr_wb" => "AMR",
        _ => $"\"{codec}\"",
    };
}
