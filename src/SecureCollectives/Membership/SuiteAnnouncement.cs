using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Membership;

/// <summary>
/// The suites that a worker announced when it joined, as one code byte each in ascending order. Unknown codes from later versions are kept
/// but never chosen.
/// </summary>
/// <remarks>
/// Immutable. An announcement cannot be verified, because a worker can claim anything about itself. Every suite that can be chosen must
/// therefore be secure on its own.
/// </remarks>
internal sealed class SuiteAnnouncement
{
    /// <summary>The maximum number of codes.</summary>
    public const int MaxCount = 32;

    private readonly byte[] _codes;

    private SuiteAnnouncement(byte[] codes) => _codes = codes;

    /// <summary>The codes, as encoded in messages and in the roster.</summary>
    public ReadOnlySpan<byte> Codes => _codes;

    /// <summary>Returns this worker's announcement.</summary>
    public static SuiteAnnouncement Of(LocalSuites suites) => new([.. suites.Usable.Select(static suite => (byte)suite)]);

    /// <summary>Reads a peer's announcement: 1 to <see cref="MaxCount"/> codes, none of them 0, each greater than the one before.</summary>
    /// <returns>The announcement; null if it is malformed.</returns>
    public static SuiteAnnouncement? Read(ReadOnlySpan<byte> codes)
    {
        if (codes.Length is 0 or > MaxCount)
        {
            return null;
        }

        var last = (byte)SuiteCode.None;
        foreach (var code in codes)
        {
            if (code <= last)
            {
                return null;
            }

            last = code;
        }

        return new SuiteAnnouncement(codes.ToArray());
    }

    public bool Has(SuiteCode suite) => _codes.Contains((byte)suite);

    public bool IsSameAs(SuiteAnnouncement other) => _codes.AsSpan().SequenceEqual(other._codes);
}
