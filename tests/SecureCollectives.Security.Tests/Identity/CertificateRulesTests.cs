using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

public sealed class CertificateRulesTests : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly X509Certificate2Collection _roots = [];

    public CertificateRulesTests() => _roots.ImportFromPem(_pki.RootPem);

    // Whether the worker is the expected one is not a rule about the certificate.
    public static TheoryData<string> Cases =>
        [.. BadCertificates.All.Where(bad => bad.Value.Refusal != CertificateRefusal.OtherWorker).Select(bad => bad.Key)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Judge_BadCertificate_IsRefusedWithItsReason(string name)
    {
        var bad = BadCertificates.All[name];
        var verdict = Judge(bad.Make(_pki));
        Assert.False(verdict.Accepted);
        Assert.Equal(bad.Refusal, verdict.Refusal);
        Assert.All(verdict.Explanation, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void BadCertificates_TogetherWithTls_ReachEveryReason()
    {
        CertificateRefusal[] elsewhere = [
            CertificateRefusal.NoCertificate, CertificateRefusal.PlatformRefused, CertificateRefusal.BadChain];
        Assert.Equal(
            Enum.GetValues<CertificateRefusal>().Order(),
            BadCertificates.All.Values.Select(bad => bad.Refusal).Concat(elsewhere).Distinct().Order());
    }

    [Fact]
    public void Judge_IssuedCertificate_IsAcceptedAndNamesTheWorker()
    {
        using var leaf = X509Certificate2.CreateFromPem(_pki.Issue(rank: 3).CertificatePem);
        var verdict = Judge(leaf);
        Assert.True(verdict.Accepted, verdict.Explanation);
        Assert.Equal(_pki.Worker(3), verdict.Worker);
    }

    [Theory]
    [InlineData(-1, nameof(CertificateRefusal.NotYetValid))]
    [InlineData(0, null)]
    [InlineData(3599, null)]
    [InlineData(3600, nameof(CertificateRefusal.Expired))]
    public void Judge_AtTheEdgesOfItsLifetime_FollowsTheGivenTime(int seconds, string? refusal)
    {
        // Whole seconds, as in certificates, and far from the machine's own time.
        using var pki = new TestPki(now: new DateTimeOffset(2041, 5, 6, 7, 8, 9, TimeSpan.Zero));
        X509Certificate2Collection roots = [];
        roots.ImportFromPem(pki.RootPem);
        var leaf = pki.Forge(new LeafRecipe { ValidFrom = TimeSpan.Zero, ValidUntil = TimeSpan.FromHours(1) });

        var verdict = CertificateRules.Judge(leaf, [], roots, TestPki.DefaultTrustDomain, pki.Now.AddSeconds(seconds));

        Assert.Equal(refusal, verdict.Refusal?.ToString());
    }

    [Fact]
    public void Judge_LeafOutlivesItsAuthority_IsRefusedAfterTheAuthoritysEnd()
    {
        var leaf = _pki.Forge(new LeafRecipe { ValidUntil = TimeSpan.FromDays(30) });
        var verdict = CertificateRules.Judge(leaf, [], _roots, TestPki.DefaultTrustDomain, _pki.Now.AddDays(8));
        Assert.Equal(CertificateRefusal.Expired, verdict.Refusal);
        Assert.StartsWith("An authority in the certificate's chain expired at", verdict.Explanation);
    }

    [Fact]
    public void MayPass_EachReason_IsTrueOnlyForTimeAndTrust() => Assert.Equal(
        [CertificateRefusal.NotYetValid, CertificateRefusal.Expired, CertificateRefusal.UntrustedIssuer],
        Enum.GetValues<CertificateRefusal>().Where(refusal => refusal.MayPass()));

    [Fact]
    public void Judge_ChainThroughAnotherWorkersLeaf_IsRefused()
    {
        // A worker signs a certificate with its own key and presents its leaf as an intermediate authority.
        var worker = _pki.Forge(new LeafRecipe());
        using var workerKey = worker.GetECDsaPrivateKey()!;
        using var forged = new LeafRecipe().Make(worker, workerKey, _pki);
        var verdict = CertificateRules.Judge(forged, [worker], _roots, TestPki.DefaultTrustDomain, _pki.Now);
        Assert.False(verdict.Accepted);
        Assert.Contains(verdict.Refusal, new CertificateRefusal?[] { CertificateRefusal.BadChain, CertificateRefusal.UntrustedIssuer });
    }

    [Fact]
    public void Judge_CurveByExplicitParameters_IsRefused()
    {
        // A SEQUENCE instead of the curve's name; its contents are not even inspected.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var named = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).PublicKey;
        var spelledOut = new PublicKey(named.Oid, new AsnEncodedData([0x30, 0x03, 0x02, 0x01, 0x01]), named.EncodedKeyValue);
        using var leaf = _pki.Forge(new LeafRecipe { NewPublicKey = spelledOut });
        Assert.Equal(CertificateRefusal.WeakKey, Judge(leaf).Refusal);
    }

    [Fact]
    public void Judge_SeveralRoots_AcceptsALeafOfEach()
    {
        using var next = new TestPki(now: _pki.Now);
        X509Certificate2Collection both = [];
        both.ImportFromPem(_pki.RootPem + "\n" + next.RootPem);
        foreach (var pki in new[] { _pki, next })
        {
            // As issued, with the authority key identifier that distinguishes the two authorities of the same name.
            using var leaf = X509Certificate2.CreateFromPem(pki.Issue(rank: 0).CertificatePem);
            var verdict = CertificateRules.Judge(leaf, [], both, TestPki.DefaultTrustDomain, _pki.Now);
            Assert.True(verdict.Accepted, verdict.Explanation);
        }
    }

    [Fact]
    public void Judge_ControlCharactersInTheUri_AreNotRepeatedInTheExplanation()
    {
        var leaf = _pki.Forge(new LeafRecipe { Uris = ["spiffe://\u001b[31m\r\n" + new string('x', 5000)] });
        var verdict = Judge(leaf);
        Assert.Equal(CertificateRefusal.NotAWorkerUri, verdict.Refusal);
        Assert.All(verdict.Explanation, c => Assert.InRange(c, ' ', '~'));
        Assert.InRange(verdict.Explanation.Length, 1, 400);
    }

    public void Dispose() => _pki.Dispose();

    private CertificateVerdict Judge(X509Certificate2 leaf) =>
        CertificateRules.Judge(leaf, [], _roots, TestPki.DefaultTrustDomain, _pki.Now);
}
