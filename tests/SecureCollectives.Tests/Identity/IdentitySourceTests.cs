using System.Runtime.Versioning;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Identity;

[UnsupportedOSPlatform("windows")]
public sealed class IdentitySourceTests : IDisposable
{
    private const int Loaded = 1;
    private const int Reloaded = 2;
    private const int NotReloaded = 3;
    private const int RootsChanged = 23;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();
    private readonly RecordingLogger _logger = new();
    private readonly ManualTime _time;
    private readonly IdentityFiles _files;

    public IdentitySourceTests()
    {
        _time = new ManualTime(_pki.Now);
        _files = _pki.WriteFiles(_directory.Path, rank: 1);
    }

    [Fact]
    public void Newest_FilesUnchanged_IsTheSameSnapshot()
    {
        using var source = Open();
        var first = source.Newest();
        _time.Advance(Second * 5);
        Assert.Same(first, source.Newest());
        Assert.Equal(_pki.Worker(1), source.Worker);
        Assert.Equal([Loaded], Events);
    }

    [Fact]
    public void Newest_FilesRenewed_IsTheNewCertificateWithinASecond()
    {
        using var source = Open();
        var first = source.Newest();
        _pki.WriteFiles(_directory.Path, rank: 1);

        _time.Advance(Second * 0.99);
        Assert.Same(first, source.Newest());
        _time.Advance(Second * 0.01);
        var second = source.Newest();

        Assert.NotEqual(first.LeafHash.ToArray(), second.LeafHash.ToArray());
        Assert.Equal([Loaded, Reloaded], Events);
    }

    [Fact]
    public void Newest_AuthorityAdded_IsLoggedWithItsFingerprint()
    {
        using var source = Open();
        using var other = new TestPki(now: _pki.Now);
        PemFile.Write(_files.Authority, $"{_pki.RootPem}\n{other.RootPem}\n", overwrite: true);
        _time.Advance(Second);
        source.Newest();

        Assert.Equal([Loaded, Reloaded, RootsChanged], Events);
        var message = _logger.Entries.Last().Message;
        using var added = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(other.RootPem);
        var fingerprint = added.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        Assert.Contains($"Added (SHA-256): {fingerprint}. Removed: none.", message, StringComparison.Ordinal);

        PemFile.Write(_files.Authority, $"{_pki.RootPem}\n", overwrite: true);
        _time.Advance(Second);
        source.Newest();
        Assert.Contains($"Added (SHA-256): none. Removed: {fingerprint}.", _logger.Entries.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_FilesRenewed_TheOldSnapshotLivesUntilHandshakesWithItAreOver()
    {
        using var source = Open();
        var first = source.Newest();
        _pki.WriteFiles(_directory.Path, rank: 1);
        _time.Advance(Second);
        source.Newest();

        _time.Advance(Second * 59);
        source.Newest();
        Assert.NotEqual(IntPtr.Zero, first.CertificateContext.TargetCertificate.Handle);
        _time.Advance(Second);
        source.Newest();
        Assert.Equal(IntPtr.Zero, first.CertificateContext.TargetCertificate.Handle);
        Assert.NotEqual(IntPtr.Zero, source.Newest().CertificateContext.TargetCertificate.Handle);
    }

    [Theory]
    [InlineData("junk certificate")]
    [InlineData("key of another")]
    [InlineData("key missing")]
    [InlineData("key open to others")]
    [InlineData("other authority")]
    [InlineData("empty authority")]
    [InlineData("other rank")]
    [InlineData("half written")]
    public void Newest_FilesBad_KeepsTheOldOneAndReportsOnce(string damage)
    {
        using var source = Open();
        var first = source.Newest();
        Damage(damage);

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Second);
            Assert.Same(first, source.Newest());
        }

        Assert.Equal([Loaded, NotReloaded], Events);
    }

    [Fact]
    public void Newest_BadFilesRepaired_LoadsThemAndReportsTheNextDamageAgain()
    {
        using var source = Open();
        var first = source.Newest();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Damage("junk certificate");
            _time.Advance(Second);
            source.Newest();
            _pki.WriteFiles(_directory.Path, rank: 1);
            _time.Advance(Second);
            source.Newest();
        }

        Assert.NotSame(first, source.Newest());
        Assert.Equal([Loaded, NotReloaded, Reloaded, NotReloaded, Reloaded], Events);
    }

    [Fact]
    public void Newest_CertificateNotYetValid_IsLoadedOnceItIsValid()
    {
        using var source = Open();
        using var authority = LoadAuthority();
        // Issued by a machine whose clock is 10 minutes fast.
        using var early = authority.Issue(_pki.Worker(1), _pki.Now.AddMinutes(10));
        PemFile.Write(_files.Key, early.Key.Text, overwrite: true);
        PemFile.Write(_files.Certificate, early.CertificatePem, overwrite: true);

        _time.Advance(Second);
        Assert.NotEqual(early.NotAfter, source.Newest().NotAfter);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(early.NotAfter, source.Newest().NotAfter);
        Assert.Equal([Loaded, NotReloaded, Reloaded], Events);
    }

    [Fact]
    public void TlsOptions_AfterARenewal_PresentTheNewCertificate()
    {
        using var source = Open();
        var before = source.TlsOptions.ForServer([], null, _ => { }).ServerCertificateContext!.TargetCertificate.GetCertHash();
        _pki.WriteFiles(_directory.Path, rank: 1);
        _time.Advance(Second);
        var server = source.TlsOptions.ForServer([], null, _ => { }).ServerCertificateContext!.TargetCertificate.GetCertHash();
        var client = source.TlsOptions.ForClient([], null, _ => { }).ClientCertificateContext!.TargetCertificate.GetCertHash();
        Assert.NotEqual(before, server);
        Assert.Equal(server, client);
    }

    [Fact]
    public void Open_BadFiles_SaysWhy()
    {
        Damage("junk certificate");
        Assert.Contains("PEM", Assert.Throws<InvalidIdentityException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_FromManyThreadsDuringARenewal_GivesUsableSnapshots()
    {
        using var source = Open();
        _pki.WriteFiles(_directory.Path, rank: 1);
        _time.Advance(Second);
        Parallel.For(0, 200, _ => Assert.Equal(_pki.Worker(1), source.Newest().Worker));
        Assert.Equal([Loaded, Reloaded], Events);
    }

    public void Dispose()
    {
        _pki.Dispose();
        _directory.Dispose();
    }

    private int[] Events => [.. _logger.Entries.Select(entry => entry.EventId)];

    private IdentitySource Open() => IdentitySource.Open(_files, _time, _logger);

    private CertificateAuthority LoadAuthority()
    {
        using var key = _pki.Authority.ExportKey();
        return CertificateAuthority.Load(_pki.RootPem, key.Text);
    }

    private void Damage(string damage)
    {
        using var other = new TestPki();
        switch (damage)
        {
            case "junk certificate":
                PemFile.Write(_files.Certificate, "junk", overwrite: true);
                break;
            case "key of another":
                PemFile.Write(_files.Key, _pki.Issue(rank: 1).Key.Text, overwrite: true);
                break;
            case "key missing":
                File.Delete(_files.Key);
                break;
            case "key open to others":
                File.SetUnixFileMode(_files.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
                break;
            case "other authority":
                PemFile.Write(_files.Authority, other.RootPem, overwrite: true);
                break;
            case "empty authority":
                PemFile.Write(_files.Authority, "", overwrite: true);
                break;
            case "other rank":
                _pki.WriteFiles(_directory.Path, rank: 2);
                break;
            case "half written":
                var whole = PemFile.Read(_files.Certificate);
                PemFile.Write(_files.Certificate, whole.AsSpan(0, whole.Length / 2), overwrite: true);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage));
        }
    }
}
