using System.Runtime.InteropServices;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>All engines, each under its own name. A test is skipped if its engine is not available on this machine.</summary>
internal static class TestEngines
{
    public const string OpenSsl = "AES-256-GCM by OpenSSL";
    public const string IpsecMb = "AES-256-GCM by ipsec-mb";
    public const string IpsecMbWithoutVaes = "AES-256-GCM by ipsec-mb's code for processors without VAES";
    public const string ChaCha20Poly1305 = "ChaCha20-Poly1305";
    public const string Aegis128L = "AEGIS-128L";
    public const string Aegis256 = "AEGIS-256";

    public static TheoryData<string> All => [OpenSsl, IpsecMb, IpsecMbWithoutVaes, ChaCha20Poly1305, Aegis128L, Aegis256];

    /// <summary>The codes of all suites that seal and that this machine can use.</summary>
    public static TheoryData<byte> Suites => [.. LocalSuites.Installed.Usable.Select(static suite => (byte)suite)];

    /// <summary>The same suites, and plaintext.</summary>
    public static TheoryData<byte> SuitesAndNone =>
        [(byte)SuiteCode.None, .. LocalSuites.Installed.Usable.Select(static suite => (byte)suite)];

    public static SuiteCode Suite(string name) => name switch
    {
        ChaCha20Poly1305 => SuiteCode.ChaCha20Poly1305,
        Aegis128L => SuiteCode.Aegis128L,
        Aegis256 => SuiteCode.Aegis256,
        _ => SuiteCode.Aes256Gcm,
    };

    public static AeadEngine Create(string name)
    {
        Require(Suite(name));
        return (name switch
        {
            IpsecMb => RequireIpsecMb(),
            IpsecMbWithoutVaes => RequireIpsecMbWithoutVaes(),
            _ => AeadEngines.OpenSsl,
        }).Create(Suite(name));
    }

    /// <summary>Skips the test if the suite cannot be used.</summary>
    public static void Require(SuiteCode suite) =>
        Assert.SkipWhen(LocalSuites.Installed.Reason(suite) is not null, $"{LocalSuites.Installed.Reason(suite)}.");

    /// <summary>Returns engines with ipsec-mb, or skips the test.</summary>
    public static AeadEngines RequireIpsecMb()
    {
        var engines = AeadEngines.Choose(EngineCode.IpsecMb, IpsecMbLibrary.Installed);
        Assert.SkipWhen(engines is null, $"{IpsecMbLibrary.Installed.Reason}.");
        return engines;
    }

    /// <summary>Returns the address of an export on this machine; zero if it does not exist.</summary>
    public static nint Export(string name)
    {
        RequireIpsecMb();
        nint library = 0;
        Assert.Contains(IpsecMbLibrary.SystemPaths, path => NativeLibrary.TryLoad(path, out library));
        return NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
    }

    private static AeadEngines RequireIpsecMbWithoutVaes()
    {
        var library = IpsecMbLibrary.Examine("here", name => name.Contains("_vaes_", StringComparison.Ordinal) ? 0 : Export(name));
        return AeadEngines.Choose(EngineCode.IpsecMb, library)!;
    }
}
