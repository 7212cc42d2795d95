using System.Security.Cryptography;
using SecureCollectives.Framing;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// Known answers that an AES-256-GCM engine must give before it is used: every length up to 17 blocks, lengths around those at which implementations change
/// their stride or carry their block counter, and the longest frame; each sealed, opened, and refused with a bad tag.
/// </summary>
internal static class AeadSelfTest
{
    private const int GuardLength = 64;
    private const byte Guard = 0xA5;

    private static readonly int[] Strides = [512, 768, 1024, 2048, 4096, 8192, 65536];

    /// <summary>
    /// SHA-256 of all ciphertexts and tags in turn, made by an implementation that shares no code with any engine: AeadSelfTestTests makes it again.
    /// </summary>
    public static ReadOnlySpan<byte> Digest =>
    [
        0x87, 0x07, 0xC7, 0xF6, 0xD9, 0x01, 0x8F, 0x5F, 0x55, 0x36, 0x39, 0xDB, 0x78, 0x92, 0x12, 0x6F,
        0x46, 0xEB, 0x85, 0xC8, 0xD9, 0xBD, 0x6C, 0xD0, 0x73, 0xA6, 0xC0, 0x48, 0xA5, 0x2F, 0x9B, 0xFF,
    ];

    public static ReadOnlySpan<byte> Key =>
    [
        0x1F, 0x0E, 0x3D, 0x2C, 0x5B, 0x4A, 0x79, 0x68, 0x97, 0x86, 0xB5, 0xA4, 0xD3, 0xC2, 0xF1, 0xE0,
        0x03, 0x12, 0x21, 0x30, 0x47, 0x56, 0x65, 0x74, 0x8B, 0x9A, 0xA9, 0xB8, 0xCF, 0xDE, 0xED, 0xFC,
    ];

    /// <summary>The lengths, in the order of the digest.</summary>
    public static IEnumerable<int> Lengths =>
    [
        .. Enumerable.Range(0, (17 * 16) + 1),
        .. Strides.SelectMany(static length => new[] { length - 1, length, length + 1 }),
        FrameFormat.MaxPayloadLength - 1,
        FrameFormat.MaxPayloadLength,
    ];

    /// <summary>Whether an engine seals, opens and refuses as it must. Leaves the engine under a key that everybody knows.</summary>
    public static bool Passes(AeadEngine engine)
    {
        engine.SetKey(Key);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var plaintext = new byte[FrameFormat.MaxPayloadLength];
        var memory = new byte[FrameFormat.MaxPayloadLength + GuardLength];
        var tag = new byte[engine.Suite.TagLength].AsSpan();
        var nonce = new byte[engine.Suite.NonceLength].AsSpan();
        foreach (var length in Lengths)
        {
            Fill(nonce, length);
            Fill(plaintext.AsSpan(0, length), length);
            var associatedData = plaintext.AsSpan(0, AssociatedDataLength(length));
            memory.AsSpan(0, length + GuardLength).Fill(Guard);
            var text = memory.AsSpan(0, length);

            engine.Seal(nonce, associatedData, plaintext.AsSpan(0, length), text, tag);
            digest.AppendData(text);
            digest.AppendData(tag);
            if (!engine.TryOpen(nonce, associatedData, text, tag) || !text.SequenceEqual(plaintext.AsSpan(0, length)))
            {
                return false;
            }

            // Any bit of the tag, another one at each length.
            engine.Seal(nonce, associatedData, text, text, tag);
            tag[length % tag.Length] ^= (byte)(1 << (length / tag.Length % 8));
            if (engine.TryOpen(nonce, associatedData, text, tag)
                || text.ContainsAnyExcept((byte)0)
                || memory.AsSpan(length, GuardLength).ContainsAnyExcept(Guard))
            {
                return false;
            }
        }

        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        digest.GetHashAndReset(computed);
        return computed.SequenceEqual(Digest);
    }

    /// <summary>Associated data is the beginning of the plaintext, 0 to 40 bytes.</summary>
    public static int AssociatedDataLength(int length) => Math.Min(length, length % 41);

    /// <summary>The bytes of a plaintext or nonce.</summary>
    public static void Fill(Span<byte> bytes, int seed)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = (byte)((at * 167) + (at >> 8) + (seed * 13) + 5);
        }
    }
}
