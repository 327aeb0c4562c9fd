using System.Buffers.Text;
using System.Numerics;

namespace SeriesFunctions.Core.Engagement;

/// <summary>A stretch of a video that was played, in milliseconds from its start: <c>[FromMs, ToMs)</c>.</summary>
public sealed record PlayedSpan(long FromMs, long ToMs);

/// <summary>
/// Which seconds of a video somebody has watched: a bit a second, base64url. However often and in however small pieces it is told, a second counts once; nothing that is told takes one away; and
/// the longest video (20 minutes) takes 200 characters.
/// </summary>
public static class SecondsSeen
{
    public static int Count(string seen) => Read(seen).Sum(bits => BitOperations.PopCount(bits));

    /// <summary>
    /// Adds what was played, of a video of <paramref name="length"/> seconds, until <paramref name="credit"/> seconds are used up. A second of which a part was played counts.
    /// <paramref name="played"/> counts the seconds of the spans, told twice in one report once; also those that were watched before, unless <paramref name="onlyNew"/> says no.
    /// </summary>
    public static string Add(string seen, IEnumerable<PlayedSpan> spans, int length, int credit, bool onlyNew, out int played)
    {
        var bits = Read(seen);
        Array.Resize(ref bits, Math.Max(bits.Length, (length + 7) / 8));
        var told = new HashSet<int>();
        foreach (var span in spans)
        {
            var end = (int)((Math.Min(span.ToMs, length * 1_000L) + 999) / 1_000);
            for (var second = (int)Math.Min(length, span.FromMs / 1_000); second < end && told.Count < credit; second++)
            {
                if (!(onlyNew && (bits[second / 8] >> second % 8 & 1) != 0) && told.Add(second))
                    bits[second / 8] |= (byte)(1 << second % 8);
            }
        }
        played = told.Count;
        return Base64Url.EncodeToString(bits);
    }

    private static byte[] Read(string seen) => Base64Url.DecodeFromChars(seen);
}
