using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Membership;

/// <summary>
/// The suites that a worker said it can use when it joined: a byte for the code of each, in ascending order. Codes of later versions may be
/// among them; they choose nothing.
/// </summary>
/// <remarks>
/// Immutable. Nobody can check it: a worker may say of itself what it likes, so every suite that can be chosen must be good enough by
/// itself.
/// </remarks>
internal sealed class SuiteAnnouncement
{
    /// <summary>No announcement is longer.</summary>
    public const int MaxCount = 32;

    private readonly byte[] _codes;

    private SuiteAnnouncement(byte[] codes) => _codes = codes;

    /// <summary>As it stands in messages and in the roster.</summary>
    public ReadOnlySpan<byte> Codes => _codes;

    /// <summary>What this worker announces.</summary>
    public static SuiteAnnouncement Of(LocalSuites suites) => new([.. suites.Usable.Select(static suite => (byte)suite)]);

    /// <summary>Reads what a peer announced: 1 to <see cref="MaxCount"/> codes, none of them 0, each greater than the one before.</summary>
    /// <returns>Null where it is anything else.</returns>
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
