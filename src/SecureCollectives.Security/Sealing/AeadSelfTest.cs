using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// Known-answer tests that an engine must pass before it is used: every length up to 17 blocks, lengths around those at which
/// implementations change their stride or carry their block counter, and the longest frame. Each is sealed, opened, and refused when its
/// tag is wrong.
/// </summary>
internal static class AeadSelfTest
{
    private const int GuardLength = 64;
    private const byte Guard = 0xA5;

    private static readonly int[] Strides = [512, 768, 1024, 2048, 4096, 8192, 65536];

    private static ReadOnlySpan<byte> KeyBytes =>
    [
        0x1F, 0x0E, 0x3D, 0x2C, 0x5B, 0x4A, 0x79, 0x68, 0x97, 0x86, 0xB5, 0xA4, 0xD3, 0xC2, 0xF1, 0xE0,
        0x03, 0x12, 0x21, 0x30, 0x47, 0x56, 0x65, 0x74, 0x8B, 0x9A, 0xA9, 0xB8, 0xCF, 0xDE, 0xED, 0xFC,
    ];

    /// <summary>The plaintext lengths, in the order in which they enter the digest.</summary>
    public static IEnumerable<int> Lengths =>
    [
        .. Enumerable.Range(0, (17 * 16) + 1),
        .. Strides.SelectMany(static length => new[] { length - 1, length, length + 1 }),
        FrameFormat.MaxPayloadLength - 1,
        FrameFormat.MaxPayloadLength,
    ];

    /// <summary>
    /// Returns the SHA-256 of all ciphertexts and tags in order. It was computed with an implementation that shares no code with any
    /// engine; AeadSelfTestTests recomputes it.
    /// </summary>
    /// <param name="suite">AES-256-GCM, AEGIS-128L or AEGIS-256: the suites whose engines are tested.</param>
    public static ReadOnlySpan<byte> Digest(SuiteCode suite) => suite switch
    {
        SuiteCode.Aes256Gcm =>
        [
            0x87, 0x07, 0xC7, 0xF6, 0xD9, 0x01, 0x8F, 0x5F, 0x55, 0x36, 0x39, 0xDB, 0x78, 0x92, 0x12, 0x6F,
            0x46, 0xEB, 0x85, 0xC8, 0xD9, 0xBD, 0x6C, 0xD0, 0x73, 0xA6, 0xC0, 0x48, 0xA5, 0x2F, 0x9B, 0xFF,
        ],
        SuiteCode.Aegis128L =>
        [
            0xCF, 0x2E, 0x53, 0xDC, 0x8B, 0x3F, 0xD7, 0xEB, 0x5C, 0x11, 0x77, 0xC0, 0x53, 0x5A, 0x81, 0x91,
            0x6E, 0x70, 0x57, 0xE8, 0x57, 0x32, 0xFE, 0x0A, 0x8B, 0x93, 0x79, 0xFD, 0x8C, 0xE2, 0xA3, 0x01,
        ],
        SuiteCode.Aegis256 =>
        [
            0x71, 0x3C, 0xE2, 0xA9, 0xBC, 0x16, 0x01, 0x07, 0x11, 0xFF, 0x91, 0x0C, 0x1C, 0xD3, 0x2F, 0x14,
            0x3C, 0xB9, 0x64, 0x0A, 0xAB, 0xE1, 0xB8, 0x1A, 0x7F, 0xDA, 0x9D, 0xFC, 0x36, 0xA2, 0x64, 0x7C,
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "The engines of this suite have no self-test."),
    };

    public static ReadOnlySpan<byte> Key(Suite suite) => KeyBytes[..suite.KeyLength];

    /// <summary>Whether an engine seals, opens and refuses correctly. Leaves the engine with a publicly known key.</summary>
    public static bool Passes(AeadEngine engine)
    {
        engine.SetKey(Key(engine.Suite));
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tagLength = engine.Suite.TagLength;
        var plaintext = new byte[FrameFormat.MaxPayloadLength];
        var memory = new byte[FrameFormat.MaxPayloadLength + tagLength + GuardLength];
        var apart = new byte[memory.Length];
        var nonce = new byte[engine.Suite.NonceLength].AsSpan();
        foreach (var length in Lengths)
        {
            Fill(nonce, length);
            var source = plaintext.AsSpan(0, length);
            Fill(source, length);
            var associatedData = source[..AssociatedDataLength(length)];
            var sealedBytes = memory.AsSpan(0, length + tagLength);
            var target = apart.AsSpan(0, sealedBytes.Length);
            memory.AsSpan(sealedBytes.Length, GuardLength).Fill(Guard);
            apart.AsSpan(target.Length, GuardLength).Fill(Guard);

            engine.Seal(nonce, associatedData, source, sealedBytes);
            digest.AppendData(sealedBytes);
            if (!engine.TryOpen(nonce, associatedData, sealedBytes, target) || !target[..length].SequenceEqual(source)
                || !engine.TryOpen(nonce, associatedData, sealedBytes) || !sealedBytes[..length].SequenceEqual(source))
            {
                return false;
            }

            // Seal in place, then flip one bit of the tag: a different one for each length.
            engine.Seal(nonce, associatedData, sealedBytes[..length], sealedBytes);
            sealedBytes[length + (length % tagLength)] ^= (byte)(1 << (length / tagLength % 8));
            if (engine.TryOpen(nonce, associatedData, sealedBytes, target)
                || target[..length].ContainsAnyExcept((byte)0)
                || engine.TryOpen(nonce, associatedData, sealedBytes)
                || sealedBytes[..length].ContainsAnyExcept((byte)0)
                || memory.AsSpan(sealedBytes.Length, GuardLength).ContainsAnyExcept(Guard)
                || apart.AsSpan(target.Length, GuardLength).ContainsAnyExcept(Guard))
            {
                return false;
            }
        }

        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        digest.GetHashAndReset(computed);
        return computed.SequenceEqual(Digest(engine.Suite.Code));
    }

    /// <summary>Returns the length of the associated data, 0 to 40 bytes, which is a prefix of the plaintext.</summary>
    public static int AssociatedDataLength(int length) => Math.Min(length, length % 41);

    /// <summary>Fills a plaintext or nonce with test bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Runs once, over megabytes, when a worker starts.
    public static void Fill(Span<byte> bytes, int seed)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = (byte)((at * 167) + (at >> 8) + (seed * 13) + 5);
        }
    }
}
