using System.Buffers.Binary;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A LaneBytes message in the body of an HTTP/2 stream: gRPC's header, then the single protobuf field with its varint length.
/// <code>
///  0        1                                   5        6
/// +--------+--------+--------+--------+--------+--------+----------+------------//-+
/// | flag 0 |   length of the rest, big-endian  |tag 0x0A| varint n | n bytes       |
/// +--------+--------+--------+--------+--------+--------+----------+------------//-+
/// </code>
/// A message may also be empty: length 0 and nothing after it.
/// </summary>
internal static class LaneMessageFormat
{
    public const int LengthOffset = 1;
    public const int TagOffset = 5;
    public const int VarintOffset = 6;

    /// <summary>No compression.</summary>
    public const byte Flag = 0;

    /// <summary>Field 1, length-delimited (protobuf wire type 2).</summary>
    public const byte Tag = 0x0A;

    public const int VarintBits = 7;
    public const byte VarintMore = 0x80;

    /// <summary>The longest varint of a length up to <see cref="MaxLength"/>.</summary>
    public const int MaxVarintLength = 4;

    public const int MaxHeaderLength = VarintOffset + MaxVarintLength;

    /// <summary>
    /// The default limit of gRPC libraries. Messages are never buffered as a whole, so it bounds only the length that a peer may claim.
    /// </summary>
    public const int MaxLength = 4 << 20;

    /// <summary>
    /// Writes the header of a message that carries <paramref name="count"/> bytes of the lane; returns the header's length.
    /// </summary>
    /// <param name="destination">At least <see cref="MaxHeaderLength"/> bytes.</param>
    /// <param name="count">The number of bytes; at least one, less than 2 MiB.</param>
    public static int WriteHeader(Span<byte> destination, int count)
    {
        destination[0] = Flag;
        destination[TagOffset] = Tag;
        var end = VarintOffset;
        var rest = (uint)count;
        for (; rest >= VarintMore; rest >>= VarintBits)
        {
            destination[end++] = (byte)(rest | VarintMore);
        }

        destination[end++] = (byte)rest;
        BinaryPrimitives.WriteInt32BigEndian(destination[LengthOffset..], end - TagOffset + count);
        return end;
    }
}
