using System.Buffers.Binary;

namespace SecureCollectives.Rpc;

/// <summary>
/// Walks the frames of one direction of an HTTP/2 connection, in whatever pieces they come, and tells the bytes that carry a caller's data
/// from all others: frame headers, padding, and the frames of HTTP/2 itself. Decodes nothing else, since whoever speaks HTTP/2 over the
/// same bytes judges them.
/// </summary>
/// <remarks>
/// A frame's header (RFC 9113, section 4.1):
/// <code>
///  0       3       4       5               9
/// +-------+-------+-------+---------------+
/// |length | type  | flags |   stream id   |
/// +-------+-------+-------+---------------+
/// </code>
/// </remarks>
/// <param name="prefaceLength">Bytes that come before the first frame: the client's preface, on the server.</param>
internal sealed class Http2FrameScanner(int prefaceLength = 0)
{
    /// <summary>What a client sends before its first frame (RFC 9113, section 3.4), in bytes.</summary>
    public const int ClientPrefaceLength = 24;

    private const int HeaderLength = 9;
    private const int TypeOffset = 3;
    private const int FlagsOffset = 4;
    private const byte Data = 0;
    private const byte ResetStream = 3;
    private const byte Padded = 0x8;

    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerLength;
    private int _payloadLeft = prefaceLength;
    private bool _isData;

    /// <summary>Calls that were reset so far: each has cost more than its bytes.</summary>
    public long Resets { get; private set; }

    /// <summary>Takes the next bytes of the direction.</summary>
    /// <returns>
    /// How many of them are data. Those of a padded frame are not: padding is nobody's data, and none of the clients that we know pads.
    /// </returns>
    public int CountData(ReadOnlySpan<byte> bytes)
    {
        var data = 0;
        while (!bytes.IsEmpty)
        {
            int count;
            if (_payloadLeft > 0)
            {
                count = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= count;
                data += _isData ? count : 0;
            }
            else
            {
                count = Math.Min(HeaderLength - _headerLength, bytes.Length);
                bytes[..count].CopyTo(_header.AsSpan(_headerLength));
                _headerLength += count;
                if (_headerLength == HeaderLength)
                {
                    Begin();
                }
            }

            bytes = bytes[count..];
        }

        return data;
    }

    private void Begin()
    {
        _headerLength = 0;
        _payloadLeft = (int)(BinaryPrimitives.ReadUInt32BigEndian(_header) >> 8);
        Resets += _header[TypeOffset] == ResetStream ? 1 : 0;
        _isData = _header[TypeOffset] == Data && (_header[FlagsOffset] & Padded) == 0;
    }
}
