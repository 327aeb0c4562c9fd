using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SeriesFunctions.Core.Webhooks;

/// <summary>
/// Signs as Standard Webhooks says, so that the receiver can use any of its libraries: <c>webhook-signature</c> is <c>v1,</c> and the base64 of HMAC-SHA256 over
/// <c>id.timestamp.body</c>, one for each valid secret, separated by spaces. Source: standardwebhooks.com, "Signature scheme".
/// </summary>
public static class StandardWebhooks
{
    private const string Prefix = "whsec_";
    private const int KeyBytes = 32;

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    public static string Sign(string id, DateTimeOffset now, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{now.ToUnixTimeSeconds()}."));
        var signatures = new List<string>();
        foreach (var secret in secrets)
        {
            using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
            mac.AppendData(head);
            mac.AppendData(body);
            signatures.Add("v1," + Convert.ToBase64String(mac.GetHashAndReset()));
        }
        return string.Join(' ', signatures);
    }
}
