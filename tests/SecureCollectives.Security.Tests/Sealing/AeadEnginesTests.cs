using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.Aegis;
using SecureCollectives.Security.Sealing.IpsecMb;
using SecureCollectives.Security.Tests.Keys;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class AeadEnginesTests
{
    private static readonly IpsecMbLibrary Missing = IpsecMbLibrary.Load("/nowhere/libIPSec_MB.so.1");

    [Fact]
    public void Choose_AutomaticWithoutLibrary_IsOpenSslAndGivesTheReason()
    {
        var engines = AeadEngines.Choose(EngineCode.Automatic, Missing)!;
        using var engine = engines.Create(SuiteCode.Aes256Gcm);

        Assert.IsType<AesGcmEngine>(engine);
        Assert.Equal("OpenSSL", engines.Name(SuiteCode.Aes256Gcm));
        Assert.Contains(IpsecMbLibrary.Package, engines.Reason(SuiteCode.Aes256Gcm));
        Assert.StartsWith("OpenSSL, because ipsec-mb could not be loaded from /nowhere/", engines.Describe(SuiteCode.Aes256Gcm));
    }

    [Fact]
    public void Choose_IpsecMbWithoutLibrary_ReturnsNull() => Assert.Null(AeadEngines.Choose(EngineCode.IpsecMb, Missing));

    [Theory]
    [InlineData((byte)EngineCode.Automatic)]
    [InlineData((byte)EngineCode.IpsecMb)]
    public void Choose_WithLibrary_IsIpsecMb(byte wanted)
    {
        TestEngines.RequireIpsecMb();
        var engines = AeadEngines.Choose((EngineCode)wanted, IpsecMbLibrary.Installed)!;
        using var engine = engines.Create(SuiteCode.Aes256Gcm);

        Assert.IsType<IpsecMbEngine>(engine);
        Assert.StartsWith("ipsec-mb ", engines.Name(SuiteCode.Aes256Gcm));
        Assert.Equal(IpsecMbLibrary.Installed.Reason, engines.Reason(SuiteCode.Aes256Gcm));
    }

    [Fact]
    public void Choose_OpenSsl_IsOpenSslWhateverIsInstalled()
    {
        using var engine = AeadEngines.Choose(EngineCode.OpenSsl, IpsecMbLibrary.Installed)!.Create(SuiteCode.Aes256Gcm);

        Assert.IsType<AesGcmEngine>(engine);
    }

    [Fact]
    public void Create_OtherSuites_AreOpenSslsOrThrow()
    {
        var engines = AeadEngines.Choose(EngineCode.Automatic, IpsecMbLibrary.Installed)!;
        using var engine = engines.Create(SuiteCode.ChaCha20Poly1305);

        Assert.IsType<ChaCha20Poly1305Engine>(engine);
        Assert.Equal(("OpenSSL", null), (engines.Name(SuiteCode.ChaCha20Poly1305), engines.Reason(SuiteCode.ChaCha20Poly1305)));
        Assert.Throws<ArgumentOutOfRangeException>(() => engines.Create(SuiteCode.None));
    }

    /// <summary>This holds whatever engine was requested for AES-256-GCM.</summary>
    [Theory]
    [InlineData((byte)SuiteCode.Aegis128L)]
    [InlineData((byte)SuiteCode.Aegis256)]
    public void Create_Aegis_UsesLibsodiumWithTheSuitesLengths(byte suite)
    {
        TestEngines.Require((SuiteCode)suite);
        foreach (var engines in new[] { AeadEngines.OpenSsl, AeadEngines.Choose(EngineCode.Automatic, IpsecMbLibrary.Installed)! })
        {
            using var engine = engines.Create((SuiteCode)suite);

            Assert.IsType<AegisEngine>(engine);
            Assert.True(engine.IsSinglePass);
            Assert.Same(Suite.Of((SuiteCode)suite), engine.Suite);
            Assert.Equal(("libsodium", null), (engines.Name((SuiteCode)suite), engines.Reason((SuiteCode)suite)));
        }

        Assert.Equal((16, 16, 32), (Suite.Aegis128L.KeyLength, Suite.Aegis128L.NonceLength, Suite.Aegis128L.TagLength));
        Assert.Equal((32, 32, 32), (Suite.Aegis256.KeyLength, Suite.Aegis256.NonceLength, Suite.Aegis256.TagLength));
    }

    /// <summary>Exchanges frames in both directions between two workers, only one of which has the library.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_BetweenWorkersWithDifferentEngines_Open(bool initiatorHasIpsecMb)
    {
        var ipsecMb = TestEngines.RequireIpsecMb();
        using var link = TestLink.Open(
            initiatorEngines: initiatorHasIpsecMb
                ? ipsecMb : AeadEngines.OpenSsl, responderEngines: initiatorHasIpsecMb ? AeadEngines.OpenSsl : ipsecMb);
        using var sealer = link.Initiator.CreateSealer(0);
        using var opener = link.Responder.CreateOpener(0);
        var payload = new byte[70_000];
        new Random(5).NextBytes(payload);
        for (var length = 0; length <= payload.Length; length += 1 + (length / 3))
        {
            Assert.Equal(OpenStatus.Ok, TestFrame.Seal(sealer, payload.AsSpan(0, length)).Open(opener, out var opened));
            Assert.True(opened.AsSpan().SequenceEqual(payload.AsSpan(0, length)));
        }
    }
}
