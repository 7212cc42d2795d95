using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>Opens each frame in place in staging. What does not verify is wiped, so that nobody can use it by mistake.</summary>
internal sealed class AeadOpener(KeyChain chain, AeadEngine engine) : FrameOpener
{
    private readonly ChunkCipher _cipher = new(chain, engine);
    private readonly int _tagLength = engine.Suite.TagLength;

    public override int TagLength => _tagLength;

    public override Span<byte> Target(Span<byte> destination, Span<byte> staging) => staging[..(destination.Length + _tagLength)];

    public override void Dispose() => _cipher.Dispose();

    protected override bool OpenPayload(ulong counter, ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        var text = received[..^_tagLength];
        var opened = false;
        try
        {
            opened = _cipher.TryOpen(counter, head[..FrameFormat.HeaderLength], text, received[text.Length..]);
            payload = text;
            return opened;
        }
        finally
        {
            if (!opened)
            {
                CryptographicOperations.ZeroMemory(received);
            }
        }
    }

    protected override bool OpenLent(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> lent, Span<byte> target, out ReadOnlySpan<byte> payload)
    {
        var tag = (stackalloc byte[Suite.MaxTagLength])[.._tagLength];
        lent[^_tagLength..].CopyTo(tag);
        var text = target[..(lent.Length - _tagLength)];
        var opened = false;
        try
        {
            opened = _cipher.TryOpen(counter, head[..FrameFormat.HeaderLength], lent[..text.Length], tag, text);
            payload = text;
            return opened;
        }
        finally
        {
            if (!opened)
            {
                CryptographicOperations.ZeroMemory(text);
            }
        }
    }
}
