using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Faults;

/// <summary>
/// Plants a known delay: keeps the processor busy for a fixed time before each chunk is sealed, as a slower cipher would.
/// </summary>
internal sealed class DelayingSealer(FrameSealer inner, TimeSpan delay) : FrameSealer
{
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private FrameHeader _header;

    public override int TagLength => inner.TagLength;

    public override bool UsesStaging => inner.UsesStaging;

    public override void Dispose() => inner.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        // The inner sealer counts the same frames, so it writes the same header again.
        _header = SealedHeader.Read(head);
        if (_header.Kind == FrameKind.Data)
        {
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < delay)
            {
            }
        }

        return inner.Seal(_header, source, _head, staging);
    }
}
