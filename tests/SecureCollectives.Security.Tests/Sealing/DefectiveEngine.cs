using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>A good engine with one defect at one length.</summary>
internal sealed class DefectiveEngine(Defect defect, int length) : AeadEngine(Suite.Aes256Gcm)
{
    private readonly AesGcmEngine _good = new();

    public override void SetKey(ReadOnlySpan<byte> key) => _good.SetKey(key);

    public override void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag)
    {
        _good.Seal(nonce, associatedData, plaintext, ciphertext, tag);
        if (plaintext.Length == length && defect == Defect.WrongTag)
        {
            tag[^1] ^= 1;
        }

        if (plaintext.Length == length && defect == Defect.WrongCiphertext)
        {
            ciphertext[^1] ^= 1;
        }
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        var opened = _good.TryOpen(nonce, associatedData, text, tag);
        if (text.Length != length)
        {
            return opened;
        }

        if (defect == Defect.DoesNotWipe && !opened)
        {
            text.Fill(1);
        }

        return defect switch
        {
            Defect.AcceptsAnyTag => true,
            Defect.RefusesAGoodTag => false,
            _ => opened,
        };
    }

    public override void Dispose() => _good.Dispose();
}
