using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class LocalSuitesTests
{
    [Fact]
    public void Usable_NothingMissing_ReturnsEverySealingSuiteInOrder()
    {
        var suites = new LocalSuites();

        Assert.Equal([SuiteCode.Aes256Gcm, SuiteCode.ChaCha20Poly1305, SuiteCode.Aegis128L, SuiteCode.Aegis256], suites.Usable);
        Assert.Empty(suites.Unusable);
        Assert.Null(suites.Reason(SuiteCode.Aegis128L));
    }

    [Fact]
    public void Usable_SomeMissing_OmitsThemWithTheirReasons()
    {
        var suites = new LocalSuites((SuiteCode.Aegis256, "no time"), (SuiteCode.Aegis128L, "no AES"));

        Assert.Equal([SuiteCode.Aes256Gcm, SuiteCode.ChaCha20Poly1305], suites.Usable);
        Assert.Equal([SuiteCode.Aegis128L, SuiteCode.Aegis256], suites.Unusable);
        Assert.Equal(("no AES", "no time", null),
            (suites.Reason(SuiteCode.Aegis128L), suites.Reason(SuiteCode.Aegis256), suites.Reason(SuiteCode.Aes256Gcm)));
    }

    /// <summary>If a suite became unusable overnight, a worker that could use it yesterday would find no peer for it today.</summary>
    [Fact]
    public void Installed_WhereDotNetSupportsThem_AlwaysContainsItsOwnSuites()
    {
        Assert.Contains(SuiteCode.Aes256Gcm, LocalSuites.Installed.Usable);
        Assert.Contains(SuiteCode.ChaCha20Poly1305, LocalSuites.Installed.Usable);
    }
}
