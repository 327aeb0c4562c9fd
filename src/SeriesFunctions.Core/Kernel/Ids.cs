using System.Security.Cryptography;
using System.Text;

namespace SeriesFunctions.Core.Kernel;

/// <summary>Who somebody is to us: the subject of the token. 1 to 64 characters of <c>A-Z a-z 0-9 _ -</c>. A creator's id is her user id.</summary>
public readonly record struct UserId(string Value)
{
    public override string ToString() => Value;
}

public readonly record struct SeriesId(string Value)
{
    public override string ToString() => Value;
}

public readonly record struct VideoId(string Value)
{
    public override string ToString() => Value;
}

public readonly record struct DiscountId(string Value)
{
    public override string ToString() => Value;
}

public readonly record struct CheckoutId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>The purchase that a paid checkout became: the same characters as the checkout's id behind another prefix.</summary>
public readonly record struct PurchaseId(string Value)
{
    public static PurchaseId Of(CheckoutId checkout) => new("pur" + checkout.Value[3..]);

    public CheckoutId Checkout => new("chk" + Value[3..]);

    public override string ToString() => Value;
}

public readonly record struct CaseId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>Makes and checks ids. All of ours sort by the time at which they were made.</summary>
public static class Ids
{
    /// <summary>Crockford's base 32: sorts as the bytes do, and no two characters look alike.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public const int MaxLength = 64;

    /// <summary>A new id: <paramref name="prefix"/>, an underscore, 10 characters of time in milliseconds, 16 of chance.</summary>
    public static string New(string prefix, DateTimeOffset now)
    {
        Span<char> text = stackalloc char[26];
        var time = now.ToUnixTimeMilliseconds();
        for (var i = 9; i >= 0; i--, time >>= 5)
            text[i] = Alphabet[(int)(time & 31)];
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        for (var i = 0; i < 16; i++)
            text[10 + i] = Alphabet[random[i] & 31];
        return string.Concat(prefix, "_", text);
    }

    /// <summary>The id of what a cause brings about: the same cause gives the same id, so doing it again conflicts with itself.</summary>
    public static string Derived(string prefix, string cause)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(cause), hash);
        Span<char> text = stackalloc char[26];
        for (var i = 0; i < 26; i++)
            text[i] = Alphabet[hash[i] & 31];
        return string.Concat(prefix, "_", text);
    }

    /// <summary>True for 1 to 64 characters of <c>A-Z a-z 0-9 _ -</c>: all that an id from outside may be.</summary>
    public static bool IsValid(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength })
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return false;
        }
        return true;
    }
}
