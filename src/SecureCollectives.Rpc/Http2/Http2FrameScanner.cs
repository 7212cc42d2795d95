using System.Buffers.Binary;

namespace SecureCollectives.Rpc;

/// <summary>
/// Scans the frames in one direction of an HTTP/2 connection, however the bytes are split, and separates application data from everything
/// else: frame headers, padding and control frames. It decodes nothing else, because the HTTP/2 implementation validates the same bytes.
/// </summary>
/// <remarks>
/// The frame header (RFC 9113, section 4.1):
/// <code>
///  0       3       4       5               9
/// +-------+-------+-------+---------------+
/// |length | type  | flags |   stream id   |
/// +-------+-------+-------+---------------+
/// </code>
/// </remarks>
/// <param name="prefaceLength">The number of bytes before the first frame: on the server, the client's preface.</param>
internal sealed class Http2FrameScanner(int prefaceLength = 0)
{
    /// <summary>The length in bytes of the preface that a client sends before its first frame (RFC 9113, section 3.4).</summary>
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

    /// <summary>The number of calls reset so far; each costs more than its bytes suggest.</summary>
    public long Resets { get; private set; }

    /// <summary>Scans the next bytes in this direction.</summary>
    /// <returns>
    /// The number of data bytes among them. The bytes of a padded frame do not count: padding is not data, and no known client pads.
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
