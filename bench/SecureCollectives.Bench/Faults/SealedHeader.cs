using System.Diagnostics;
using SecureCollectives.Framing;

namespace SecureCollectives.Bench.Faults;

/// <summary>Reads the header that a sealer is about to send.</summary>
internal static class SealedHeader
{
    public static FrameHeader Read(ReadOnlySpan<byte> head) =>
        FrameReader.TryReadHeader(head, out var header) == FrameReadStatus.Ok
            ? header : throw new UnreachableException("Our own header cannot be read.");
}
