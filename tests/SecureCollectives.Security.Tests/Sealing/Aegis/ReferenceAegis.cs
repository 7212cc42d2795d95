namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>
/// AEGIS as specified in draft-irtf-cfrg-aegis-aead, block by block, simple and slow; the part common to both variants.
/// </summary>
internal abstract class ReferenceAegis
{
    protected static readonly Block C0 = Block.Read(Convert.FromHexString("000101020305080d1522375990e97962"));
    protected static readonly Block C1 = Block.Read(Convert.FromHexString("db3d18556dc22ff12011314273b528dd"));

    /// <summary>The number of bytes that one update absorbs.</summary>
    protected abstract int Rate { get; }

    /// <summary>Returns ciphertext and tag.</summary>
    /// <param name="variant">128 for AEGIS-128L, 256 for AEGIS-256.</param>
    /// <param name="key">The key.</param>
    /// <param name="nonce">The nonce.</param>
    /// <param name="associatedData">The associated data.</param>
    /// <param name="message">The plaintext.</param>
    /// <param name="tagLength">The length of the tag in bytes, 16 or 32.</param>
    public static byte[] Seal(
        int variant, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message,
            int tagLength = 32)
    {
        ReferenceAegis cipher = variant == 128 ? new ReferenceAegis128L(key, nonce) : new ReferenceAegis256(key, nonce);
        var output = new byte[message.Length + tagLength];
        Span<byte> block = stackalloc byte[cipher.Rate];
        for (var at = 0; at < associatedData.Length; at += cipher.Rate)
        {
            cipher.Absorb(Padded(associatedData[at..], block));
        }

        for (var at = 0; at < message.Length; at += cipher.Rate)
        {
            cipher.Encrypt(Padded(message[at..], block));
            block[..Math.Min(cipher.Rate, message.Length - at)].CopyTo(output.AsSpan(at));
        }

        cipher.Finish(8 * (ulong)associatedData.Length, 8 * (ulong)message.Length, output.AsSpan(message.Length));
        return output;
    }

    protected abstract void Absorb(ReadOnlySpan<byte> block);

    /// <summary>Encrypts a block in place.</summary>
    protected abstract void Encrypt(Span<byte> block);

    protected abstract void Finish(ulong associatedDataBits, ulong messageBits, Span<byte> tag);

    private static Span<byte> Padded(ReadOnlySpan<byte> bytes, Span<byte> block)
    {
        block.Clear();
        bytes[..Math.Min(bytes.Length, block.Length)].CopyTo(block);
        return block;
    }
}
