using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// Opens each frame in place in staging. A frame that fails verification is wiped, so that its bytes cannot be used by mistake.
/// </summary>
internal sealed class AeadOpener(KeyChain chain, AeadEngine engine) : FrameOpener
{
    private readonly ChunkCipher _cipher = new(chain, engine);
    private readonly int _tagLength = engine.Suite.TagLength;

    public override int TagLength => _tagLength;

    public override ulong Generation => _cipher.Generation;

    public override Span<byte> Target(Span<byte> destination, Span<byte> staging) => staging[..(destination.Length + _tagLength)];

    public override void Dispose() => _cipher.Dispose();

    protected override bool OpenPayload(ulong counter, ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        var opened = false;
        try
        {
            payload = received[..^_tagLength];
            opened = _cipher.TryOpen(counter, head[..FrameFormat.HeaderLength], received);
            return opened;
        }
        finally
        {
            Wipe(received, opened);
        }
    }

    protected override bool OpenLent(
        ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> lent, Span<byte> target, out ReadOnlySpan<byte> payload)
    {
        target = target[..lent.Length];
        var opened = false;
        try
        {
            payload = target[..^_tagLength];
            opened = _cipher.TryOpen(counter, head[..FrameFormat.HeaderLength], lent, target);
            return opened;
        }
        finally
        {
            Wipe(target, opened);
        }
    }

    private static void Wipe(Span<byte> bytes, bool opened)
    {
        if (!opened)
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
