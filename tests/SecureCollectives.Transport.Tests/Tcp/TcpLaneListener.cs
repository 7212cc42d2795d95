using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Sockets;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>The listener for TCP lanes, on a port of its own.</summary>
internal sealed class TcpLaneListener : IDisposable
{
    private readonly LaneListener _listener;

    public TcpLaneListener(IPAddress address, AdmissionLimits limits, TlsOptionsFactory? tls, ILogger logger)
    {
        var acceptor = TcpAcceptor.Listen(address, ListenPorts.Any);
        Port = acceptor.Port;
        _listener = new LaneListener(acceptor, limits, tls, logger);
    }

    public int Port { get; }

    public void Expect(PendingLink link) => _listener.Expect(link);

    public void Forget(PendingLink link) => _listener.Forget(link);

    public void Dispose() => _listener.Dispose();
}
