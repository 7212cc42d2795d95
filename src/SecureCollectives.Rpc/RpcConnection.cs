using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc;

/// <summary>
/// The connection that a call runs on. Its certificates come from the handshake itself and have no private keys; reloading the certificate
/// files does not affect them.
/// </summary>
internal sealed class RpcConnection
{
    private readonly IAdmission? _admission;
    private int _authenticated;

    public RpcConnection(IPEndPoint local, IPEndPoint remote, IAdmission? admission)
    {
        Local = local;
        Remote = remote;
        _admission = admission;
    }

    public RpcConnection(IPEndPoint local, IPEndPoint remote, IAdmission? admission, SslStream stream)
        : this(local, remote, admission)
    {
        // The peer's certificate belongs to whoever reads it from the stream. Our own is copied without its private key, because a reload
        // of the files may erase the original at any time.
        PeerCertificate = (X509Certificate2?)stream.RemoteCertificate;
        OwnCertificate = stream.LocalCertificate is { } own ? X509CertificateLoader.LoadCertificate(own.GetRawCertData()) : null;
        PresentedCertificate = stream.LocalCertificate as X509Certificate2;
    }

    /// <summary>Closes the connection at once. Set by the server.</summary>
    public Action? OnAbort { private get; init; }

    /// <summary>Whether the peer must authenticate by what it sends. Set by the server for listeners that require it.</summary>
    public bool MustProveItself { private get; init; }

    /// <summary>The limit on what the peer may send inside TLS; null for no limit. Bytes read from TLS earn it more.</summary>
    public IReceiveLimit? TlsLimit { get; init; }

    /// <summary>The limit on what the peer may send over HTTP/2 without data. Data in either direction earns it more.</summary>
    public Http2Allowance Allowance { get; init; } = new(TimeProvider.System);

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>The peer's leaf certificate as observed in the handshake; null without TLS, or if the peer presented none.</summary>
    public X509Certificate2? PeerCertificate { get; }

    /// <summary>Our own leaf certificate as presented in the handshake; null without TLS, or if we presented none.</summary>
    public X509Certificate2? OwnCertificate { get; }

    /// <summary>
    /// The object from which <see cref="OwnCertificate"/> was copied. Its owner may have disposed it, so it serves only to look up what the
    /// owner remembers about it.
    /// </summary>
    public X509Certificate2? PresentedCertificate { get; }

    /// <summary>Whether the peer still has to authenticate.</summary>
    public bool IsUnauthenticated => MustProveItself && Volatile.Read(ref _authenticated) == 0;

    /// <summary>
    /// Returns an end point with IPv4 addresses in IPv4 form. A dual-mode socket reports an IPv4 peer as ::ffff:a.b.c.d, which is a.b.c.d
    /// everywhere else.
    /// </summary>
    public static IPEndPoint Unmapped(EndPoint? endPoint) =>
        endPoint is not IPEndPoint ip ? throw new InvalidOperationException("Only TCP connections are served.")
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port)
        : ip;

    /// <summary>Returns the connection of a call on the server.</summary>
    public static RpcConnection Of(ServerCallContext call) => call.GetHttpContext().Features.GetRequiredFeature<RpcConnection>();

    /// <summary>
    /// Tells the connection gate that the peer is authenticated. The server calls this itself after a TLS handshake if that is sufficient
    /// proof; otherwise a handler calls it once the peer has authenticated. Repeated calls do nothing.
    /// </summary>
    public void MarkAuthenticated()
    {
        if (Interlocked.Exchange(ref _authenticated, 1) == 0)
        {
            _admission?.Authenticated();
        }
    }

    /// <summary>Closes the connection at once with all its calls, without notifying the peer. On the server only.</summary>
    public void Abort() => OnAbort?.Invoke();
}
