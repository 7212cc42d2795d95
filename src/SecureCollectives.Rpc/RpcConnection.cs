using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc;

/// <summary>
/// The connection that a call runs on. Its certificates come from the handshake itself and have no private keys; reloading the
/// certificate files does not affect them.
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
        // Whoever reads the peer's certificate from the stream owns it. Our own is copied without its private key, because a reload of
        // the files may erase the original at any time.
        PeerCertificate = (X509Certificate2?)stream.RemoteCertificate;
        OwnCertificate = stream.LocalCertificate is { } own ? X509CertificateLoader.LoadCertificate(own.GetRawCertData()) : null;
        PresentedCertificate = stream.LocalCertificate as X509Certificate2;
    }

    /// <summary>Closes the connection immediately. Set by the server.</summary>
    public Action? OnAbort { private get; init; }

    /// <summary>
    /// Whether the peer must still authenticate at the application level. Set by the server for listeners that require it.
    /// </summary>
    public bool MustProveItself { private get; init; }

    /// <summary>The limit on the bytes that the peer may send inside TLS; null for no limit. Bytes read from TLS increase it.</summary>
    public IReceiveLimit? TlsLimit { get; init; }

    /// <summary>The limit on the bytes without data that the peer may send over HTTP/2. Data in either direction increases it.</summary>
    public Http2Allowance Allowance { get; init; } = new(TimeProvider.System);

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>The peer's leaf certificate as observed in the handshake; null without TLS, or if the peer presented none.</summary>
    public X509Certificate2? PeerCertificate { get; }

    /// <summary>Our own leaf certificate as presented in the handshake; null without TLS, or if we presented none.</summary>
    public X509Certificate2? OwnCertificate { get; }

    /// <summary>
    /// The object from which <see cref="OwnCertificate"/> was copied. Its owner may have disposed it, so use it only as a key to what the
    /// owner has recorded about it.
    /// </summary>
    public X509Certificate2? PresentedCertificate { get; }

    /// <summary>Whether the peer still has to authenticate.</summary>
    public bool IsUnauthenticated => MustProveItself && Volatile.Read(ref _authenticated) == 0;

    /// <summary>
    /// Returns an end point with any IPv4-mapped address converted to IPv4. A dual-mode socket reports an IPv4 peer as ::ffff:a.b.c.d,
    /// which is a.b.c.d everywhere else.
    /// </summary>
    public static IPEndPoint Unmapped(EndPoint? endPoint) =>
        endPoint is not IPEndPoint ip ? throw new InvalidOperationException("Only TCP connections are served.")
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port)
        : ip;

    /// <summary>Returns the connection of a call, on the server.</summary>
    public static RpcConnection Of(ServerCallContext call) => call.GetHttpContext().Features.GetRequiredFeature<RpcConnection>();

    /// <summary>
    /// Tells the connection gate that the peer has authenticated. If the TLS handshake is sufficient proof, the server calls this itself;
    /// otherwise a handler calls it once the peer has authenticated. Repeated calls do nothing.
    /// </summary>
    public void MarkAuthenticated()
    {
        if (Interlocked.Exchange(ref _authenticated, 1) == 0)
        {
            _admission?.Authenticated();
        }
    }

    /// <summary>Closes the connection and ends all its calls immediately, without notifying the peer. Server only.</summary>
    public void Abort() => OnAbort?.Invoke();
}
