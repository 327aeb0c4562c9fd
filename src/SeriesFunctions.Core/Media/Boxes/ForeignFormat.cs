namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>What a file is that isn't ISO base media, by its first bytes. <paramref name="IsVideo"/>: another container of video, rather than no video at all.</summary>
internal sealed record ForeignFormat(string Name, bool IsVideo)
{
    private static readonly ForeignFormat Unknown = new("", false);

    /// <summary>Null for what starts as an MP4 or a MOV does.</summary>
    public static ForeignFormat? Detect(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 8 && IsFirstBox(head[4..8]))
            return null;
        return head switch
        {
            [0x1A, 0x45, 0xDF, 0xA3, ..] => new(head[..Math.Min(head.Length, 64)].IndexOf("webm"u8) >= 0 ? "WebM" : "Matroska (MKV)", true),
            [.., _] when head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("AVI "u8) => new("AVI", true),
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => new("Windows Media (WMV)", true),
            [(byte)'F', (byte)'L', (byte)'V', 1, ..] => new("Flash Video (FLV)", true),
            [0, 0, 1, 0xBA or 0xB3, ..] => new("MPEG program stream (MPG)", true),
            [0, 0, 0, 1, 0x67 or 0x40 or 0x09, ..] => new("raw video without a container", true),
            [0x06, 0x0E, 0x2B, 0x34, ..] => new("MXF", true),
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => new("Ogg", true),
            [0x47, ..] when head.Length > 376 && head[188] == 0x47 && head[376] == 0x47 => new("MPEG transport stream (TS)", true),
            [_, _, _, _, 0x47, ..] when head.Length > 388 && head[196] == 0x47 && head[388] == 0x47 => new("MPEG transport stream (M2TS)", true),
            [0xFF, 0xD8, 0xFF, ..] => new("JPEG picture", false),
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => new("PNG picture", false),
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => new("GIF picture", false),
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => new("PDF document", false),
            [(byte)'P', (byte)'K', 3, 4, ..] => new("ZIP archive", false),
            [(byte)'I', (byte)'D', (byte)'3', ..] => new("MP3 audio file", false),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => new("WAV audio or WebP picture", false),
            [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => new("FLAC audio file", false),
            _ => Unknown,
        };
    }

    /// <summary>What a file may begin with: <c>ftyp</c> in everything of this century, the others in QuickTime files from before it and in segments.</summary>
    private static bool IsFirstBox(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ftyp"u8) || type.SequenceEqual("styp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8)
        || type.SequenceEqual("free"u8) || type.SequenceEqual("skip"u8) || type.SequenceEqual("wide"u8) || type.SequenceEqual("pnot"u8)
        || type.SequenceEqual("moof"u8) || type.SequenceEqual("sidx"u8) || type.SequenceEqual("uuid"u8);
}
