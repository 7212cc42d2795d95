using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Testing;

/// <summary>TLS over lanes whose two ends both belong to the test: rank 0 connects, rank 1 accepts.</summary>
internal sealed class TlsEnds : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly WorkerIdentity _connector;
    private readonly WorkerIdentity _acceptor;

    public TlsEnds()
    {
        _acceptor = _pki.CreateIdentity(1);
        AcceptorOptions = new TlsOptionsFactory(() => _acceptor, () => _pki.Now);
        _connector = _pki.CreateIdentity(0);
        ConnectorOptions = new TlsOptionsFactory(() => _connector, () => _pki.Now);
    }

    /// <summary>The issuer of both certificates.</summary>
    public TestPki Pki => _pki;

    public TlsOptionsFactory ConnectorOptions { get; }

    public TlsOptionsFactory AcceptorOptions { get; }

    /// <summary>The connecting worker, as the accepting worker knows it.</summary>
    public PeerIdentity Connector => new(_connector.Worker, _connector.LeafHash, _connector.NotAfter);

    /// <summary>The accepting worker, as the connecting worker knows it.</summary>
    public PeerIdentity Acceptor => new(_acceptor.Worker, _acceptor.LeafHash, _acceptor.NotAfter);

    /// <summary>Returns both ends with TLS on top. The handshake runs when they are used.</summary>
    public (Lane First, Lane Second) Secure((Lane First, Lane Second) below) => (
        TlsLane.Connect(below.First, ConnectorOptions, Acceptor),
        TlsLane.Accept(below.Second, AcceptorOptions));

    public void Dispose() => _pki.Dispose();
}
