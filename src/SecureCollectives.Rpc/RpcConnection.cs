using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc;

/// <summary>
/// What is known of the connection that a call runs on. The certificates come from the handshake itself and have no private keys; a reload
/// of the certificate files changes nothing about them.
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
        // TLS leaves the peer's to whoever has asked for it. Ours is a copy without the private key, which a reload of the files may erase
        // at any time.
        PeerCertificate = (X509Certificate2?)stream.RemoteCertificate;
        OwnCertificate = stream.LocalCertificate is { } own ? X509CertificateLoader.LoadCertificate(own.GetRawCertData()) : null;
    }

    /// <summary>Closes the connection at once; set by the server.</summary>
    public Action? OnAbort { private get; init; }

    /// <summary>Whether the peer has to prove who it is by what it sends; set by the server for listeners that want it.</summary>
    public bool MustProveItself { private get; init; }

    /// <summary>What the peer may send inside TLS; null where nothing of TLS is bounded. What is read from TLS earns it more.</summary>
    public IReceiveLimit? TlsLimit { get; init; }

    /// <summary>What the peer may send over HTTP/2 without data. Whoever sends data to the peer earns it more.</summary>
    public Http2Allowance Allowance { get; init; } = new(TimeProvider.System);

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>The peer's leaf as observed in the handshake; null without TLS or when the peer presented none.</summary>
    public X509Certificate2? PeerCertificate { get; }

    /// <summary>Our own leaf as presented in the handshake; null without TLS or when we presented none.</summary>
    public X509Certificate2? OwnCertificate { get; }

    /// <summary>Whether the peer still has to prove who it is.</summary>
    public bool IsUnauthenticated => MustProveItself && Volatile.Read(ref _authenticated) == 0;

    /// <summary>A dual-mode socket reports IPv4 peers as ::ffff:a.b.c.d; everybody else knows them as a.b.c.d.</summary>
    public static IPEndPoint Unmapped(EndPoint? endPoint) =>
        endPoint is not IPEndPoint ip ? throw new InvalidOperationException("Only TCP connections are served.")
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port)
        : ip;

    /// <summary>The connection of a call that is served.</summary>
    public static RpcConnection Of(ServerCallContext call) => call.GetHttpContext().Features.GetRequiredFeature<RpcConnection>();

    /// <summary>
    /// Tells the connection gate that the peer is authenticated. The server does this itself after a TLS handshake, where that is proof
    /// enough; elsewhere a handler does it when the peer has proven who it is. Repeating it does nothing.
    /// </summary>
    public void MarkAuthenticated()
    {
        if (Interlocked.Exchange(ref _authenticated, 1) == 0)
        {
            _admission?.Authenticated();
        }
    }

    /// <summary>On the server: closes the connection at once, with all its calls, without a word to the peer.</summary>
    public void Abort() => OnAbort?.Invoke();
}
