using System.Buffers.Binary;
using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// A connection's source as counted by the limits: an IPv4 address, or the 64-bit network prefix of an IPv6 address, because a host in such
/// a network can use any number of addresses.
/// </summary>
/// <param name="Network">The address in IPv6 form; for IPv6, without the interface identifier.</param>
internal readonly record struct SourceAddress(UInt128 Network)
{
    private const int Ipv6Length = 16;
    private const int InterfaceBits = 64;

    public static SourceAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Ipv6Length];
        var inIpv6Form = address.MapToIPv6();
        inIpv6Form.TryWriteBytes(bytes, out _);
        var network = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new SourceAddress(inIpv6Form.IsIPv4MappedToIPv6 ? network : network >> InterfaceBits << InterfaceBits);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Ipv6Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Network);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}" : $"{address}/{InterfaceBits}";
    }
}
