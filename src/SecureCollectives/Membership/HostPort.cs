using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>
/// A host and a port to connect to, as text: <c>host:port</c>, with IPv6 addresses in brackets. Peers send such texts and logs repeat them,
/// so they are printable ASCII.
/// </summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostPort(string Host, int Port)
{
    /// <summary>RFC 1035, section 2.3.4: 255 octets on the wire, which hold 253 characters; resolvers refuse more.</summary>
    private const int MaxNameLength = 253;

    /// <summary>RFC 1035, section 2.3.4.</summary>
    private const int MaxLabelLength = 63;

    /// <summary>A longer text is not looked at.</summary>
    private const int MaxLength = 300;

    public static bool TryParse(string text, [NotNullWhen(true)] out HostPort? result) => TryParse(text, out result, out _);

    /// <param name="text">The text.</param>
    /// <param name="result">The host and the port; null where the text is refused.</param>
    /// <param name="fault">Why it is refused, as the end of a sentence that begins with the text; null where it is not.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out HostPort? result, [NotNullWhen(false)] out string? fault)
    {
        result = null;
        var colon = text.LastIndexOf(':');
        if (colon < 1)
        {
            fault = "is not of the form host:port";
            return false;
        }

        // One spelling of each: brackets around IPv6 addresses and around nothing else. (Uri accepts brackets within a host itself.)
        var host = text[..colon];
        var isBracketed = host is ['[', .., ']'];
        host = isBracketed ? host[1..^1] : host;
        fault = text.Length > MaxLength
            ? $"has {text.Length} characters; a host and its port have at most {MaxLength}"
            : HostFault(host);
        if (fault is not null)
        {
            return false;
        }

        if (isBracketed != host.Contains(':')
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            fault = "is not of the form host:port";
            return false;
        }

        result = new HostPort(host, port);
        return true;
    }

    /// <summary>
    /// Returns why peers cannot connect to a host of this name, whatever it resolves to, as the end of a sentence that begins with it; null
    /// where they may.
    /// </summary>
    /// <param name="host">A name or an address, without brackets.</param>
    public static string? HostFault(string host)
    {
        // CheckHostName alone accepts names of any script with invisible characters that reverse a line of a log (such a name has an ASCII
        // form, xn--), and anything at all behind the % of an IPv6 address.
        var isPrintable = !host.Contains('[') && !host.AsSpan().ContainsAnyExceptInRange('!', '~');
        var name = host.TrimEnd('.');
        if (isPrintable && !host.Contains(':') && name.Length > MaxNameLength)
        {
            return $"has {name.Length} characters; a host name has at most {MaxNameLength}";
        }

        if (isPrintable && !host.Contains(':') && name.Split('.').MaxBy(static label => label.Length)!.Length is var longest
            && longest > MaxLabelLength)
        {
            return $"has a label of {longest} characters; between the dots of a host name there are at most {MaxLabelLength}";
        }

        if (!isPrintable || Uri.CheckHostName(host) is UriHostNameType.Unknown)
        {
            return "is neither a host name nor an IP address";
        }

        return IPAddress.TryParse(name, out var address) && IsUnspecified(address)
            ? "is the unspecified address, to which nobody can connect"
            : null;
    }

    /// <summary>Returns whether an address is 0.0.0.0 or ::, in any form. Listeners can bind it; nobody can connect to it.</summary>
    public static bool IsUnspecified(IPAddress address) =>
        !(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes().AsSpan().ContainsAnyExcept((byte)0);

    public override string ToString() =>
        IPAddress.TryParse(Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
        ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";
}
