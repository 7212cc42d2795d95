using System.Security.Cryptography;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.Aegis;

namespace SecureCollectives.Security.Sealing;

/// <summary>The suites with which this worker can seal and open, and the reasons why it cannot use the others.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class LocalSuites
{
    private static readonly SuiteCode[] All = [.. Enum.GetValues<SuiteCode>().Where(static suite => suite != SuiteCode.None)];

    private readonly Dictionary<SuiteCode, string> _reasons;

    /// <param name="unusable">The unusable suites, each with its reason.</param>
    public LocalSuites(params IEnumerable<(SuiteCode Suite, string Reason)> unusable)
    {
        _reasons = unusable.ToDictionary(static entry => entry.Suite, static entry => entry.Reason);
        Usable = [.. All.Where(suite => !_reasons.ContainsKey(suite))];
        Unusable = [.. All.Where(_reasons.ContainsKey)];
    }

    /// <summary>The suites on this machine. The first access loads libsodium.</summary>
    public static LocalSuites Installed { get; } = new(Examine(AegisLibrary.Installed.Reason));

    /// <summary>The suites, in ascending order of their codes.</summary>
    public IReadOnlyList<SuiteCode> Usable { get; }

    /// <inheritdoc cref="Usable"/>
    public IReadOnlyList<SuiteCode> Unusable { get; }

    /// <summary>Returns why a suite cannot be used; null if it can.</summary>
    public string? Reason(SuiteCode suite) => _reasons.GetValueOrDefault(suite);

    private static List<(SuiteCode Suite, string Reason)> Examine(string? aegis)
    {
        var unusable = new List<(SuiteCode, string)>();
        if (!AesGcm.IsSupported)
        {
            unusable.Add((SuiteCode.Aes256Gcm, ".NET has no AES-GCM on this system"));
        }

        if (!ChaCha20Poly1305.IsSupported)
        {
            unusable.Add((SuiteCode.ChaCha20Poly1305,
                ".NET has no ChaCha20-Poly1305 on this system; OpenSSL in FIPS mode does not provide it"));
        }

        if (aegis is not null)
        {
            unusable.Add((SuiteCode.Aegis128L, aegis));
            unusable.Add((SuiteCode.Aegis256, aegis));
        }

        return unusable;
    }
}
