using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>
/// A host and a port to connect to, written <c>host:port</c>, with IPv6 addresses in brackets. Peers send this text and it appears in logs,
/// so it must be printable ASCII.
/// </summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostPort(string Host, int Port)
{
    /// <summary>RFC 1035, section 2.3.4: 255 octets on the wire, or 253 characters. Resolvers refuse longer names.</summary>
    private const int MaxNameLength = 253;

    /// <summary>RFC 1035, section 2.3.4.</summary>
    private const int MaxLabelLength = 63;

    /// <summary>Longer text is refused without being parsed.</summary>
    private const int MaxLength = 300;

    public static bool TryParse(string text, [NotNullWhen(true)] out HostPort? result) => TryParse(text, out result, out _);

    /// <param name="text">The text.</param>
    /// <param name="result">The host and the port; null if the text is refused.</param>
    /// <param name="fault">Why the text is refused, as the predicate of a sentence about the text; null if it is accepted.</param>
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

        // Allow only one spelling: brackets around IPv6 addresses and nowhere else. (Uri accepts brackets within a host itself.)
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
    /// Returns why no peer can connect to a host of this name, whatever it resolves to, as the predicate of a sentence about the host;
    /// null if the name is usable.
    /// </summary>
    /// <param name="host">A name or an address, without brackets.</param>
    public static string? HostFault(string host)
    {
        // CheckHostName alone accepts names in any script, including invisible characters that reverse the text direction of a log line
        // (such names have an ASCII form, xn--), and anything at all after the % of an IPv6 address.
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

    /// <summary>Returns whether an address is 0.0.0.0 or ::, in any form. A listener can bind it, but nobody can connect to it.</summary>
    public static bool IsUnspecified(IPAddress address) =>
        !(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes().AsSpan().ContainsAnyExcept((byte)0);

    public override string ToString() =>
        IPAddress.TryParse(Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
        ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";
}
