using System.Buffers.Binary;
using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// Where connections come from, as limits count it: an IPv4 address, or the 64 bits of an IPv6 address that name a network, because every
/// host in such a network has as many addresses as it likes.
/// </summary>
/// <param name="Network">The address in IPv6 form, without the interface's half where it was IPv6.</param>
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
