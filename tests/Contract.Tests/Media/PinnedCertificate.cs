using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Contract.Tests.Media;

/// <summary>An emulator on this machine signs its own certificate; <c>SERIES_AZURITE_CERTIFICATE</c> is the file. It alone is trusted beside what everybody trusts.</summary>
public static class PinnedCertificate
{
    private static readonly byte[]? s_pinned = Load(Environment.GetEnvironmentVariable("SERIES_AZURITE_CERTIFICATE"));

    public static SocketsHttpHandler Handler() => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None || IsPinned(certificate) },
    };

    private static bool IsPinned(X509Certificate? certificate) =>
        s_pinned is not null && certificate is not null && s_pinned.AsSpan().SequenceEqual(certificate.GetRawCertData());

    private static byte[]? Load(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return null;
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return certificate.RawData;
    }
}
