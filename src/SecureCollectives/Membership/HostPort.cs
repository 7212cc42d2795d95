using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SecureCollectives.Membership;

/// <summary>
/// A host and a port to connect to, as text: <c>host:port</c>, IPv6 addresses in brackets. Peers send such texts, and logs repeat them:
/// ASCII alone.
/// </summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostPort(string Host, int Port)
{
    private const int MaxLength = 300;

    public static bool TryParse(string text, [NotNullWhen(true)] out HostPort? result)
    {
        result = null;
        var colon = text.LastIndexOf(':');
        if (text.Length > MaxLength || colon < 1)
        {
            return false;
        }

        // One spelling of each: brackets around IPv6 addresses and around nothing else. (Uri accepts brackets within a host itself.)
        var host = text[..colon];
        var bracketed = text is ['[', ..] && host is [.., ']'];
        host = bracketed ? host[1..^1] : host;
        // CheckHostName alone takes names of any script with invisible characters that turn a line of a log around (such a name has an
        // ASCII form, xn--), and anything at all behind the % of an IPv6 address.
        var kind = host.Contains('[') || host.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? UriHostNameType.Unknown : Uri.CheckHostName(host);
        if (kind is UriHostNameType.Unknown
            || bracketed != (kind == UriHostNameType.IPv6)
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            return false;
        }

        result = new HostPort(host, port);
        return true;
    }

    public override string ToString() =>
        IPAddress.TryParse(Host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";
}
