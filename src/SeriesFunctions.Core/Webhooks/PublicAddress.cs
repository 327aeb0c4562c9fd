using System.Net;
using System.Net.Sockets;

namespace SeriesFunctions.Core.Webhooks;

/// <summary>
/// Whether an address is somewhere on the public internet: all that a URL from outside may lead us to. Everything that IANA's special-purpose registries
/// (RFC 6890 and its updates) keep for other uses is not, nor is an IPv6 address that stands for such an IPv4 address.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Azure answers here about the machine itself.
            "168.63.129.16/32",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>Of IPv6 only this is handed out for global use; within it some blocks are special, and others hold an IPv4 address.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialV6 = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Special.Any(network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        var bytes = address.GetAddressBytes();
        if (Translated.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(12, 4)));
        if (SixToFour.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
        return GlobalV6.Contains(address) && !SpecialV6.Any(network => network.Contains(address));
    }
}
