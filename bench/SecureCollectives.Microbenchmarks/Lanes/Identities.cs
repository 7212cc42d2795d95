using SecureCollectives.Security.Identity;

namespace SecureCollectives.Microbenchmarks.Lanes;

/// <summary>A throw-away certificate authority and the certificates of two workers.</summary>
internal sealed class Identities : IDisposable
{
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("bench.example", DateTimeOffset.UtcNow);
    private readonly WorkerIdentity _client;
    private readonly WorkerIdentity _server;

    public Identities()
    {
        _client = Issue(0);
        _server = Issue(1);
        Client = new TlsOptionsFactory(() => _client, () => DateTimeOffset.UtcNow);
        Server = new TlsOptionsFactory(() => _server, () => DateTimeOffset.UtcNow);
    }

    public TlsOptionsFactory Client { get; }

    public TlsOptionsFactory Server { get; }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _authority.Dispose();
    }

    private WorkerIdentity Issue(int rank)
    {
        var now = DateTimeOffset.UtcNow;
        using var issued = _authority.Issue(WorkerId.Create(_authority.TrustDomain, "bench", rank), now, lifetime: null);
        return WorkerIdentity.Create(issued.CertificatePem, issued.Key.Text, _authority.CertificatePem, now);
    }
}
