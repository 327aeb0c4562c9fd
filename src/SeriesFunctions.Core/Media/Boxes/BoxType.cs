namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>The four-character codes that we look at, as numbers so that they can stand in a <c>switch</c>. Names are those of ISO/IEC 14496-12 and the QuickTime File Format.</summary>
internal static class BoxType
{
    public const uint Ftyp = 'f' << 24 | 't' << 16 | 'y' << 8 | 'p';
    public const uint Styp = 's' << 24 | 't' << 16 | 'y' << 8 | 'p';
    public const uint Moov = 'm' << 24 | 'o' << 16 | 'o' << 8 | 'v';
    public const uint Mdat = 'm' << 24 | 'd' << 16 | 'a' << 8 | 't';
    public const uint Free = 'f' << 24 | 'r' << 16 | 'e' << 8 | 'e';
    public const uint Skip = 's' << 24 | 'k' << 16 | 'i' << 8 | 'p';
    public const uint Wide = 'w' << 24 | 'i' << 16 | 'd' << 8 | 'e';
    public const uint Pnot = 'p' << 24 | 'n' << 16 | 'o' << 8 | 't';
    public const uint Uuid = 'u' << 24 | 'u' << 16 | 'i' << 8 | 'd';
    public const uint Meta = 'm' << 24 | 'e' << 16 | 't' << 8 | 'a';
    public const uint Moof = 'm' << 24 | 'o' << 16 | 'o' << 8 | 'f';
    public const uint Sidx = 's' << 24 | 'i' << 16 | 'd' << 8 | 'x';
    public const uint Mfra = 'm' << 24 | 'f' << 16 | 'r' << 8 | 'a';
    public const uint Tfra = 't' << 24 | 'f' << 16 | 'r' << 8 | 'a';
    public const uint Mfro = 'm' << 24 | 'f' << 16 | 'r' << 8 | 'o';
    public const uint Mfhd = 'm' << 24 | 'f' << 16 | 'h' << 8 | 'd';
    public const uint Traf = 't' << 24 | 'r' << 16 | 'a' << 8 | 'f';
    public const uint Tfhd = 't' << 24 | 'f' << 16 | 'h' << 8 | 'd';
    public const uint Tfdt = 't' << 24 | 'f' << 16 | 'd' << 8 | 't';
    public const uint Trun = 't' << 24 | 'r' << 16 | 'u' << 8 | 'n';

    public const uint Mvhd = 'm' << 24 | 'v' << 16 | 'h' << 8 | 'd';
    public const uint Cmov = 'c' << 24 | 'm' << 16 | 'o' << 8 | 'v';
    public const uint Rmra = 'r' << 24 | 'm' << 16 | 'r' << 8 | 'a';
    public const uint Pssh = 'p' << 24 | 's' << 16 | 's' << 8 | 'h';
    public const uint Mvex = 'm' << 24 | 'v' << 16 | 'e' << 8 | 'x';
    public const uint Trex = 't' << 24 | 'r' << 16 | 'e' << 8 | 'x';
    public const uint Trak = 't' << 24 | 'r' << 16 | 'a' << 8 | 'k';
    public const uint Tkhd = 't' << 24 | 'k' << 16 | 'h' << 8 | 'd';
    public const uint Edts = 'e' << 24 | 'd' << 16 | 't' << 8 | 's';
    public const uint Elst = 'e' << 24 | 'l' << 16 | 's' << 8 | 't';
    public const uint Mdia = 'm' << 24 | 'd' << 16 | 'i' << 8 | 'a';
    public const uint Mdhd = 'm' << 24 | 'd' << 16 | 'h' << 8 | 'd';
    public const uint Hdlr = 'h' << 24 | 'd' << 16 | 'l' << 8 | 'r';
    public const uint Minf = 'm' << 24 | 'i' << 16 | 'n' << 8 | 'f';
    public const uint Dinf = 'd' << 24 | 'i' << 16 | 'n' << 8 | 'f';
    public const uint Dref = 'd' << 24 | 'r' << 16 | 'e' << 8 | 'f';
    public const uint Stbl = 's' << 24 | 't' << 16 | 'b' << 8 | 'l';
    public const uint Stsd = 's' << 24 | 't' << 16 | 's' << 8 | 'd';
    public const uint Stts = 's' << 24 | 't' << 16 | 't' << 8 | 's';
    public const uint Ctts = 'c' << 24 | 't' << 16 | 't' << 8 | 's';
    public const uint Stco = 's' << 24 | 't' << 16 | 'c' << 8 | 'o';
    public const uint Co64 = 'c' << 24 | 'o' << 16 | '6' << 8 | '4';

    public const uint Sinf = 's' << 24 | 'i' << 16 | 'n' << 8 | 'f';
    public const uint Frma = 'f' << 24 | 'r' << 16 | 'm' << 8 | 'a';
    public const uint Wave = 'w' << 24 | 'a' << 16 | 'v' << 8 | 'e';
    public const uint Esds = 'e' << 24 | 's' << 16 | 'd' << 8 | 's';
    public const uint AvcC = 'a' << 24 | 'v' << 16 | 'c' << 8 | 'C';
    public const uint HvcC = 'h' << 24 | 'v' << 16 | 'c' << 8 | 'C';
    public const uint Av1C = 'a' << 24 | 'v' << 16 | '1' << 8 | 'C';

    public const uint Vide = 'v' << 24 | 'i' << 16 | 'd' << 8 | 'e';
    public const uint Soun = 's' << 24 | 'o' << 16 | 'u' << 8 | 'n';
    public const uint Qt = 'q' << 24 | 't' << 16 | ' ' << 8 | ' ';

    /// <summary>The four characters, with a dot for what can't be printed.</summary>
    public static string Text(uint type) => string.Create(4, type, static (text, value) =>
    {
        for (var i = 0; i < 4; i++)
        {
            var c = (char)(value >> (24 - i * 8) & 0xFF);
            text[i] = c is >= ' ' and <= '~' ? c : '.';
        }
    });

    /// <summary>True when all four could stand in a box type: printable ASCII, or QuickTime's copyright sign.</summary>
    public static bool IsPlausible(uint type)
    {
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if ((type >> shift & 0xFF) is not ((>= ' ' and <= '~') or 0xA9))
                return false;
        }
        return true;
    }
}
