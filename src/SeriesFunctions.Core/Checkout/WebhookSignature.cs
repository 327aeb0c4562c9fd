using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SeriesFunctions.Core.Checkout;

/// <summary>
/// Signs and checks webhooks the way Stripe does: <c>t={unix seconds},v1={HMAC-SHA256 of "t.body" in hex}</c>; several <c>v1</c> while a secret is being changed.
/// Source: Stripe's documentation, "Verify webhook signatures manually".
/// </summary>
public static class WebhookSignature
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static string Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(Mac(body, secret, time))}";
    }

    public static bool IsGood(ReadOnlySpan<byte> body, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (header is not { Length: > 0 and <= 2_000 })
            return false;
        string? time = null;
        var given = new List<byte[]>();
        foreach (var part in header.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? "" : part[(equals + 1)..].Trim();
            switch (equals < 0 ? "" : part[..equals].Trim())
            {
                case "t":
                    time = value;
                    break;
                case "v1" when value.Length == 64 && value.All(char.IsAsciiHexDigit):
                    given.Add(Convert.FromHexString(value));
                    break;
            }
        }
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799
            || (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
            return false;
        var good = false;
        foreach (var secret in secrets)
        {
            var wanted = Mac(body, secret, time!);
            foreach (var signature in given)
                good |= CryptographicOperations.FixedTimeEquals(wanted, signature);
        }
        return good;
    }

    private static byte[] Mac(ReadOnlySpan<byte> body, string secret, string time)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(time + "."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
