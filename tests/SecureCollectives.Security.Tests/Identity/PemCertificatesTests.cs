using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Certificate bundles as people concatenate them: all certificates are read, or the refusal names the line.</summary>
public sealed class PemCertificatesTests : IDisposable
{
    private readonly TestPki _one = new();
    private readonly TestPki _two = new();
    private readonly TestPki _three = new();

    /// <summary>Ways to concatenate files, and the text between them.</summary>
    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\n\n\n")]
    [InlineData(" ")]
    [InlineData("\t")]
    [InlineData("\nsubject=CN = another authority\nissuer=CN = another CERTIFICATE authority\n")]
    [InlineData("# begin certificate of somebody\n")]
    [InlineData("???")]
    [InlineData("\uFEFF")]
    public void Read_BundleJoinedBy_GivesAllOfThemInTheirOrder(string joint)
    {
        foreach (var lineEnd in new[] { "\n", "\r\n" })
        {
            var pem = string.Join(joint, Roots).ReplaceLineEndings(lineEnd);
            AssertRoots(pem);
            AssertRoots(joint + pem + joint);
        }
    }

    [Fact]
    public void Read_OtherBlocksBetween_AreNotCertificates()
    {
        using var key = _one.Authority.ExportKey();
        AssertRoots(string.Join($"\n{key.Text}", Roots));
        AssertRoots(string.Join("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", Roots));
    }

    [Fact]
    public void Read_OldLabel_IsACertificate() =>
        AssertRoots(string.Join('\n', Roots).Replace("CERTIFICATE", "X509 CERTIFICATE", StringComparison.Ordinal));

    /// <summary>Kinds of damage to the second of three certificates, and the line in which each is detected.</summary>
    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----", "----BEGIN CERTIFICATE-----", 1)]
    [InlineData("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE----", 1)]
    [InlineData("-----BEGIN CERTIFICATE-----", "-----begin certificate-----", 1)]
    [InlineData("-----BEGIN CERTIFICATE-----", "----- BEGIN CERTIFICATE -----", 1)]
    [InlineData("-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----", 1)]
    [InlineData("-----BEGIN CERTIFICATE-----\n", "", 0)]
    [InlineData("-----END CERTIFICATE-----", "", 1)]
    [InlineData("-----END CERTIFICATE-----", "-----END CERTIFICATE----", 1)]
    [InlineData("-----END CERTIFICATE-----", "-----END X509 CERTIFICATE-----", 1)]
    [InlineData("MII", "MI!", 1)]
    [InlineData("MII", "AAA", 1)]
    [InlineData("MII", "", 1)]
    public void Read_DamagedInTheMiddle_IsRefusedByItsLineAndNothingIsSkipped(string good, string bad, int line)
    {
        var lines = Roots[0].Count('\n') + 1;
        var pem = $"{Roots[0]}\n{Roots[1].Replace(good, bad, StringComparison.Ordinal)}\n{Roots[2]}\n";
        var error = Assert.Throws<InvalidIdentityException>(() => PemCertificates.Read(pem, "'ca.pem'"));
        Assert.Contains("'ca.pem'", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            line == 0 ? $"line {lines + Roots[1].Count('\n')} " : $"line {lines + line} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutOffAnywhereInTheLastCertificate_IsRefused()
    {
        var pem = string.Join('\n', Roots);
        var last = pem.LastIndexOf("-----BEGIN", StringComparison.Ordinal);
        for (var length = last + "-----BEGIN CERTIFICATE".Length; length < pem.Length; length++)
        {
            Assert.Throws<InvalidIdentityException>(() => PemCertificates.Read(pem.AsSpan(0, length), "'ca.pem'"));
        }
    }

    [Theory]
    [InlineData("", "holds no certificate in PEM")]
    [InlineData("junk", "holds no certificate in PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "holds a private key, not a certificate")]
    public void Read_NoCertificateAtAll_IsRefused(string pem, string words) => Assert.Contains(
        words, Assert.Throws<InvalidIdentityException>(() => PemCertificates.Read(pem, "'ca.pem'")).Message, StringComparison.Ordinal);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _three.Dispose();
    }

    private string[] Roots => [_one.RootPem, _two.RootPem, _three.RootPem];

    private void AssertRoots(string pem)
    {
        var read = PemCertificates.Read(pem, "'ca.pem'");
        Assert.Equal(Roots, read.Select(certificate => certificate.ExportCertificatePem()));
        PemCertificates.DisposeAll(read);
    }
}
