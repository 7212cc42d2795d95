using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>A correct engine with one defect at one length.</summary>
internal sealed class DefectiveEngine(Defect defect, int length) : AeadEngine(Suite.Aes256Gcm)
{
    private readonly AesGcmEngine _good = new();

    public override void SetKey(ReadOnlySpan<byte> key) => _good.SetKey(key);

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes)
    {
        _good.Seal(nonce, associatedData, plaintext, sealedBytes);
        if (plaintext.Length == length && defect == Defect.WrongTag)
        {
            sealedBytes[^1] ^= 1;
        }

        if (plaintext.Length == length && defect == Defect.WrongCiphertext)
        {
            sealedBytes[plaintext.Length - 1] ^= 1;
        }
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes) =>
        WithDefect(_good.TryOpen(nonce, associatedData, sealedBytes), sealedBytes[..^Suite.TagLength], Defect.AcceptsAnyTag,
            Defect.RefusesAGoodTag, Defect.DoesNotWipe);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        sealedBytes.CopyTo(target);
        return WithDefect(
            _good.TryOpen(nonce, associatedData, target),
            target[..^Suite.TagLength],
            Defect.AcceptsAnyTagApart,
            Defect.RefusesAGoodTagApart,
            Defect.DoesNotWipeApart);
    }

    public override void Dispose() => _good.Dispose();

    private bool WithDefect(bool opened, Span<byte> text, Defect accepts, Defect refuses, Defect leaves)
    {
        if (text.Length != length)
        {
            return opened;
        }

        if (defect == leaves && !opened)
        {
            text.Fill(1);
        }

        return (opened || defect == accepts) && defect != refuses;
    }
}
