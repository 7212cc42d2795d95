using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The bytes that one direction of a lane has carried, counted so that both ends have the same number when an operation is finished at both: acknowledgements, which may
/// be read later than they were sent, and aborts do not count.
/// </summary>
internal struct CarriedBytes
{
    public long Total { get; private set; }

    public void Add(in FrameHeader header, int tagLength)
    {
        if (header.Kind is not (FrameKind.Acknowledgement or FrameKind.Abort))
        {
            Total += FrameFormat.HeaderLength + header.Length + tagLength;
        }
    }
}
