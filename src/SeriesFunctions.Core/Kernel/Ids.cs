using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeriesFunctions.Core.Kernel;

/// <summary>An id of one kind of thing. On the wire and in documents it is its characters and nothing else.</summary>
public interface IId<TSelf>
    where TSelf : struct, IId<TSelf>
{
    string Value { get; }

    static abstract TSelf From(string value);
}

/// <summary>Who somebody is to us: the subject of the token. 1 to 64 characters of <c>A-Z a-z 0-9 _ -</c>. A creator's id is her user id.</summary>
[JsonConverter(typeof(IdConverter<UserId>))]
public readonly record struct UserId(string Value) : IId<UserId>
{
    /// <summary>Stands where somebody was named who was erased. Nobody else can have this id.</summary>
    public static readonly UserId Erased = new("$erased");

    /// <summary>As it is told to others: null where nobody is there any more.</summary>
    public UserId? IfKnown() => this == Erased ? null : this;

    public static UserId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<SeriesId>))]
public readonly record struct SeriesId(string Value) : IId<SeriesId>
{
    public static SeriesId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<VideoId>))]
public readonly record struct VideoId(string Value) : IId<VideoId>
{
    public static VideoId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<DiscountId>))]
public readonly record struct DiscountId(string Value) : IId<DiscountId>
{
    public static DiscountId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<CheckoutId>))]
public readonly record struct CheckoutId(string Value) : IId<CheckoutId>
{
    public static CheckoutId From(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>The purchase that a paid checkout became: the same characters as the checkout's id behind another prefix.</summary>
[JsonConverter(typeof(IdConverter<PurchaseId>))]
public readonly record struct PurchaseId(string Value) : IId<PurchaseId>
{
    public static PurchaseId From(string value) => new(value);

    public static PurchaseId Of(CheckoutId checkout) => new("pur" + checkout.Value[3..]);

    public CheckoutId Checkout => new("chk" + Value[3..]);

    public override string ToString() => Value;
}

/// <summary>A series that somebody buys for somebody else: the same characters as the checkout's id behind another prefix.</summary>
[JsonConverter(typeof(IdConverter<GiftId>))]
public readonly record struct GiftId(string Value) : IId<GiftId>
{
    public static GiftId From(string value) => new(value);

    public static GiftId Of(CheckoutId checkout) => new(Ids.From("gif", checkout.Value));

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<CaseId>))]
public readonly record struct CaseId(string Value) : IId<CaseId>
{
    public static CaseId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<ReportId>))]
public readonly record struct ReportId(string Value) : IId<ReportId>
{
    public static ReportId From(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>One of a creator's subscription tiers.</summary>
[JsonConverter(typeof(IdConverter<TierId>))]
public readonly record struct TierId(string Value) : IId<TierId>
{
    public static TierId From(string value) => new(value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(IdConverter<CommentId>))]
public readonly record struct CommentId(string Value) : IId<CommentId>
{
    public static CommentId From(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A viewer's subscription to a tier.</summary>
[JsonConverter(typeof(IdConverter<SubscriptionId>))]
public readonly record struct SubscriptionId(string Value) : IId<SubscriptionId>
{
    public static SubscriptionId From(string value) => new(value);

    public override string ToString() => Value;
}

public sealed class IdConverter<T> : JsonConverter<T>
    where T : struct, IId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: > 0 } text ? T.From(text) : throw new JsonException("An id can't be empty.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
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

    /// <summary>The id of what an event or a record brings about, from its own id: the same characters behind another prefix, so it still sorts by time.</summary>
    public static string From(string prefix, string causeId) => string.Concat(prefix, causeId.AsSpan(causeId.LastIndexOf('_')));

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

    /// <summary>As <see cref="Derived(string, string)"/>, for what has a time of its own: it sorts by <paramref name="at"/>, and the rest is the hash of the cause.</summary>
    public static string Derived(string prefix, string cause, DateTimeOffset at)
    {
        var hashed = Derived(prefix, cause);
        Span<char> time = stackalloc char[10];
        var milliseconds = at.ToUnixTimeMilliseconds();
        for (var i = 9; i >= 0; i--, milliseconds >>= 5)
            time[i] = Alphabet[(int)(milliseconds & 31)];
        return string.Concat(prefix, "_", time, hashed.AsSpan(hashed.Length - 16));
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
