namespace SecureCollectives.Security.Keys;

/// <summary>
/// An AEAD that seals frames, as data: what follows from it for keys, nonces, tags and the wire. Nothing else assumes a length.
/// </summary>
/// <remarks>
/// Frames under one key are the same for all suites: 2^16 frames of at most 2^20 bytes are 2^36 bytes or 2^32 blocks of 16 bytes, within
/// the limits of every suite with a wide margin.
/// </remarks>
internal sealed record Suite
{
    public const int MinNonceLength = 12;

    /// <summary>No suite's key, nonce or tag is longer: one block of HKDF-SHA256 gives each of them.</summary>
    public const int MaxKeyLength = 32;

    /// <inheritdoc cref="MaxKeyLength"/>
    public const int MaxNonceLength = 32;

    /// <inheritdoc cref="MaxKeyLength"/>
    public const int MaxTagLength = 32;

    /// <summary>A key serves 2^16 frames: the frame's counter without so many bits is its generation.</summary>
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

    /// <summary>draft-irtf-cfrg-aegis-aead, AEGIS-128L with tags of 256 bits: at most 2^61 - 1 bytes a message.</summary>
    public static Suite Aegis128L { get; } = new(SuiteCode.Aegis128L, keyLength: 16, nonceLength: 16, tagLength: 32);

    /// <summary>draft-irtf-cfrg-aegis-aead, AEGIS-256 with tags of 256 bits: at most 2^61 - 1 bytes a message.</summary>
    public static Suite Aegis256 { get; } = new(SuiteCode.Aegis256, keyLength: 32, nonceLength: 32, tagLength: 32);

    /// <summary>As it stands in the transcript.</summary>
    public SuiteCode Code { get; }

    /// <summary>Bytes of a key.</summary>
    public int KeyLength { get; }

    /// <summary>Bytes of a nonce, and of the IV that it is made from.</summary>
    public int NonceLength { get; }

    /// <summary>Bytes of the tag that follows a frame's payload.</summary>
    public int TagLength { get; }

    /// <summary>The suite of a code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is none of a suite that seals.</exception>
    public static Suite Of(SuiteCode code) => code switch
    {
        SuiteCode.Aes256Gcm => Aes256Gcm,
        SuiteCode.ChaCha20Poly1305 => ChaCha20Poly1305,
        SuiteCode.Aegis128L => Aegis128L,
        SuiteCode.Aegis256 => Aegis256,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a suite that seals."),
    };
}
