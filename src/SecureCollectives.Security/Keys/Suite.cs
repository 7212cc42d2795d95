namespace SecureCollectives.Security.Keys;

/// <summary>Describes an AEAD for sealing frames: the lengths of its keys, nonces and tags. No other code assumes a length.</summary>
/// <remarks>
/// All suites use the same number of frames per key: 2^16 frames of at most 2^20 bytes are 2^36 bytes, or 2^32 blocks of 16 bytes, well
/// within the limits of every suite.
/// </remarks>
internal sealed record Suite
{
    public const int MinNonceLength = 12;

    /// <summary>The maximum length of a key, nonce or tag in bytes: each is at most one block of HKDF-SHA256.</summary>
    public const int MaxKeyLength = 32;

    /// <inheritdoc cref="MaxKeyLength"/>
    public const int MaxNonceLength = 32;

    /// <inheritdoc cref="MaxKeyLength"/>
    public const int MaxTagLength = 32;

    /// <summary>A key covers 2^16 frames: a frame's counter shifted right by this many bits is its generation.</summary>
    public const int FramesPerKeyBits = 16;

    public Suite(SuiteCode code, int keyLength, int nonceLength, int tagLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keyLength, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyLength, MaxKeyLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(nonceLength, MinNonceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nonceLength, MaxNonceLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(tagLength, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tagLength, MaxTagLength);
        (Code, KeyLength, NonceLength, TagLength) = (code, keyLength, nonceLength, tagLength);
    }

    /// <summary>NIST SP 800-38D; RFC 5116, AEAD_AES_256_GCM.</summary>
    public static Suite Aes256Gcm { get; } = new(SuiteCode.Aes256Gcm, keyLength: 32, nonceLength: 12, tagLength: 16);

    /// <summary>RFC 8439, section 2.8.</summary>
    public static Suite ChaCha20Poly1305 { get; } = new(SuiteCode.ChaCha20Poly1305, keyLength: 32, nonceLength: 12, tagLength: 16);

    /// <summary>draft-irtf-cfrg-aegis-aead, AEGIS-128L with 256-bit tags: at most 2^61 - 1 bytes per message.</summary>
    public static Suite Aegis128L { get; } = new(SuiteCode.Aegis128L, keyLength: 16, nonceLength: 16, tagLength: 32);

    /// <summary>draft-irtf-cfrg-aegis-aead, AEGIS-256 with 256-bit tags: at most 2^61 - 1 bytes per message.</summary>
    public static Suite Aegis256 { get; } = new(SuiteCode.Aegis256, keyLength: 32, nonceLength: 32, tagLength: 32);

    /// <summary>The suite's code in the transcript.</summary>
    public SuiteCode Code { get; }

    /// <summary>The length of a key in bytes.</summary>
    public int KeyLength { get; }

    /// <summary>The length in bytes of a nonce, and of the IV from which it is derived.</summary>
    public int NonceLength { get; }

    /// <summary>The length in bytes of the tag that follows a frame's payload.</summary>
    public int TagLength { get; }

    /// <summary>Returns the suite with a given code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not that of a sealing suite.</exception>
    public static Suite Of(SuiteCode code) => code switch
    {
        SuiteCode.Aes256Gcm => Aes256Gcm,
        SuiteCode.ChaCha20Poly1305 => ChaCha20Poly1305,
        SuiteCode.Aegis128L => Aegis128L,
        SuiteCode.Aegis256 => Aegis256,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a suite that seals."),
    };
}
