using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>Every engine by a name of its own. A test that asks for one that is not on this machine is skipped.</summary>
internal static class TestEngines
{
    public const string OpenSsl = "AES-256-GCM by OpenSSL";
    public const string IpsecMb = "AES-256-GCM by ipsec-mb";
    public const string ChaCha20Poly1305 = "ChaCha20-Poly1305";

    public static TheoryData<string> All => [OpenSsl, IpsecMb, ChaCha20Poly1305];

    public static SuiteCode Suite(string name) => name == ChaCha20Poly1305 ? SuiteCode.ChaCha20Poly1305 : SuiteCode.Aes256Gcm;

    public static AeadEngine Create(string name) => (name == IpsecMb ? RequireIpsecMb() : AeadEngines.OpenSsl).Create(Suite(name));

    /// <summary>Engines with ipsec-mb, or a skipped test.</summary>
    public static AeadEngines RequireIpsecMb()
    {
        var engines = AeadEngines.Choose(EngineCode.IpsecMb, IpsecMbLibrary.Installed);
        Assert.SkipWhen(engines is null, $"{IpsecMbLibrary.Installed.Reason}.");
        return engines;
    }
}
