using System.Diagnostics;
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
    [InlineData("# BEGIN CERTIFICATE\n")]
    [InlineData("Our roots -- see the end of this file\n==============================\n--------\n")]
    [InlineData("SHA256 Fingerprint=3A:5B:7C\n            00:c4:9d:1f\n    X509v3 Basic Constraints: critical\n")]
    [InlineData("???")]
    [InlineData("\uFEFF")]
    public void Read_ConcatenatedBundle_ReturnsAllCertificatesInOrder(string joint)
    {
        foreach (var lineEnd in new[] { "\n", "\r\n" })
        {
            var pem = string.Join(joint, Roots).ReplaceLineEndings(lineEnd);
            AssertRoots(pem);
            AssertRoots(joint + pem + joint);
        }
    }

    /// <summary>Some tools write a worker's key and certificates into one file.</summary>
    [Fact]
    public void ReadChain_KeyBetween_IsNotACertificate()
    {
        using var key = _one.Authority.ExportKey();
        var pem = string.Join($"\n-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----\n{key.Text}", Roots);

        var read = PemCertificates.ReadChain(pem, "'tls.pem'");

        Assert.Equal(Roots, read.Select(certificate => certificate.ExportCertificatePem()));
        PemCertificates.DisposeAll(read);
    }

    /// <summary>Complete blocks that are not certificates, with labels in the letter case that tools write and in others.</summary>
    [Theory]
    [InlineData("TRUSTED CERTIFICATE", "openssl x509")]
    [InlineData("PKCS7", "openssl pkcs7 -print_certs")]
    [InlineData("PKCS #7 SIGNED DATA", "openssl pkcs7 -print_certs")]
    [InlineData("CMS", "convert it")]
    [InlineData("X509 CRL", "revocation lists are not supported")]
    [InlineData("CERTIFICATE REQUEST", "the certificate that the authority issued")]
    [InlineData("NEW CERTIFICATE REQUEST", "the certificate that the authority issued")]
    [InlineData("PRIVATE KEY", "does not belong on a worker")]
    [InlineData("EC PRIVATE KEY", "does not belong on a worker")]
    [InlineData("PUBLIC KEY", "It is not a certificate")]
    [InlineData("CERTIFCATE", "It is not a certificate")]
    [InlineData("certificate", "exactly -----BEGIN CERTIFICATE-----")]
    public void ReadRoots_BlockOfAnotherKindBetween_IsRefusedByItsLineWithWhatToDo(string label, string advice)
    {
        var lines = Roots[0].Count('\n') + 1;
        var pem = $"{Roots[0]}\n-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n{Roots[1]}\n";

        var error = Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadRoots(pem, "'ca.pem'"));

        Assert.StartsWith("'ca.pem' ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"line {lines + 1} ", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Certificates whose labels are spelled differently, so that no reader recognizes them.</summary>
    [Theory]
    [InlineData("-----begin certificate-----", "-----end certificate-----")]
    [InlineData("-----Begin Certificate-----", "-----End Certificate-----")]
    [InlineData("-----begin x509 certificate-----", "-----end x509 certificate-----")]
    [InlineData("-----begin trusted certificate-----", "-----end trusted certificate-----")]
    [InlineData("-----begin pkcs7-----", "-----end pkcs7-----")]
    [InlineData("---- BEGIN CERTIFICATE ----", "---- END CERTIFICATE ----")]
    [InlineData("BEGIN CERTIFICATE-----", "END CERTIFICATE-----")]
    [InlineData("BEGIN CERTIFICATE", "END CERTIFICATE")]
    [InlineData("\u2014\u2014-BEGIN CERTIFICATE\u2014\u2014-", "\u2014\u2014-END CERTIFICATE\u2014\u2014-")]
    [InlineData("---BEGIN PKCS #7 SIGNED DATA---", "---END PKCS #7 SIGNED DATA---")]
    [InlineData("# root 2", "# root 3")]
    public void ReadRoots_LabelsThatAreNone_AreRefusedByTheirLine(string begin, string end)
    {
        foreach (var lineEnd in new[] { "\n", "\r\n" })
        {
            var lines = Roots[0].Count('\n') + 1;
            var second = Roots[1].Replace("-----BEGIN CERTIFICATE-----", begin, StringComparison.Ordinal)
                .Replace("-----END CERTIFICATE-----", end, StringComparison.Ordinal);
            var pem = $"{Roots[0]}\n{second}\n{Roots[2]}\n".ReplaceLineEndings(lineEnd);

            var error = Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadRoots(pem, "'ca.pem'"));

            Assert.Contains(
                begin.StartsWith('#') ? $"line {lines + 2} is base64" : $"line {lines + 1} looks like", error.Message,
                StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Covers files written by OpenSSL itself, and checks that the commands suggested in the error messages convert them.
    /// </summary>
    [Theory]
    [InlineData("crl2pkcs7 -nocrl -certfile ca.pem -out other.pem", "pkcs7 -print_certs -in other.pem -out back.pem")]
    [InlineData("x509 -trustout -in ca.pem -out other.pem", "x509 -in other.pem -out back.pem")]
    [InlineData("x509 -outform der -in ca.pem -out other.pem", "x509 -inform der -in other.pem -out back.pem")]
    public async Task ReadRoots_FileOfOpenSsl_IsRefusedAndReadAfterTheConversionThatItNames(string write, string convert)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("ca.pem"), _one.RootPem, TestContext.Current.CancellationToken);
        await OpenSslAsync(directory, write);

        var other = await File.ReadAllTextAsync(directory.Combine("other.pem"), TestContext.Current.CancellationToken);
        var error = Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadRoots(other, "'other.pem'"));
        Assert.Contains("openssl " + convert[..convert.IndexOf(" -in ", StringComparison.Ordinal)], error.Message, StringComparison.Ordinal);

        await OpenSslAsync(directory, convert);
        var back = await File.ReadAllTextAsync(directory.Combine("back.pem"), TestContext.Current.CancellationToken);
        var read = PemCertificates.ReadRoots(back, "'back.pem'");
        Assert.Equal([_one.RootPem], read.Select(certificate => certificate.ExportCertificatePem()));
        PemCertificates.DisposeAll(read);
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
    public void Read_DamagedInTheMiddle_IsRefusedWithItsLineAndSkipsNothing(string good, string bad, int line)
    {
        var lines = Roots[0].Count('\n') + 1;
        var pem = $"{Roots[0]}\n{Roots[1].Replace(good, bad, StringComparison.Ordinal)}\n{Roots[2]}\n";
        var error = Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadRoots(pem, "'ca.pem'"));
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
            Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadRoots(pem.AsSpan(0, length), "'ca.pem'"));
        }
    }

    [Theory]
    [InlineData("", "holds no certificate in PEM")]
    [InlineData("junk", "holds no certificate in PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "holds a private key, not a certificate")]
    public void Read_NoCertificateAtAll_IsRefused(string pem, string words) => Assert.Contains(
        words, Assert.Throws<InvalidIdentityException>(() => PemCertificates.ReadChain(pem, "'ca.pem'")).Message, StringComparison.Ordinal);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _three.Dispose();
    }

    private string[] Roots => [_one.RootPem, _two.RootPem, _three.RootPem];

    private static async Task OpenSslAsync(TemporaryDirectory directory, string arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = directory.Path })!;
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, openssl.ExitCode);
    }

    private void AssertRoots(string pem)
    {
        var read = PemCertificates.ReadRoots(pem, "'ca.pem'");
        Assert.Equal(Roots, read.Select(certificate => certificate.ExportCertificatePem()));
        PemCertificates.DisposeAll(read);
    }
}
