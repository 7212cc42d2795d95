using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Testing.Races;

/// <summary>Every engine that lanes use, by name.</summary>
internal static class RacedEngines
{
    private const string IpsecMb = "AES-256-GCM by ipsec-mb";

    private static readonly Dictionary<string, SuiteCode> ByOwnLibraries = new()
    {
        ["AEGIS-128L"] = SuiteCode.Aegis128L,
        ["AEGIS-256"] = SuiteCode.Aegis256,
        ["AES-256-GCM by OpenSSL"] = SuiteCode.Aes256Gcm,
        ["ChaCha20-Poly1305"] = SuiteCode.ChaCha20Poly1305,
    };

    public static IEnumerable<string> Names => [.. ByOwnLibraries.Keys, IpsecMb];

    /// <returns>The engine, or null if it is not available on this machine.</returns>
    public static AeadEngine? TryCreate(string name)
    {
        if (name == IpsecMb)
        {
            return AeadEngines.Choose(EngineCode.IpsecMb, IpsecMbLibrary.Installed)?.Create(SuiteCode.Aes256Gcm);
        }

        var suite = ByOwnLibraries[name];
        return LocalSuites.Installed.Reason(suite) is null ? AeadEngines.OpenSsl.Create(suite) : null;
    }

    /// <returns>The race, or null if the engine is not available on this machine.</returns>
    public static DoubleFetchRace? TryRace(string name) => TryCreate(name) is { } engine ? new DoubleFetchRace(engine) : null;

    /// <summary>Creates a race with an unsafe engine, which must be caught.</summary>
    public static DoubleFetchRace RaceWithoutCopy() => new(new UnstagedAesGcmEngine());
}
