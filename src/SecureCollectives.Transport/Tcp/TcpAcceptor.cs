using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// A listening socket whose connections are cheap to refuse: where one comes from is known with the one system call that accepts it, before anything is made for it.
/// </summary>
internal sealed unsafe class TcpAcceptor : IDisposable
{
    private readonly Socket _socket;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public TcpAcceptor(IPEndPoint endPoint, int backlog)
    {
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endPoint);
            _socket.Listen(backlog);
            _socket.Blocking = false;
            Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public int Port { get; }

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>Takes the next connection off the kernel's queue.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="SocketException">The limit of open files, most likely.</exception>
    public bool TryAccept(out AcceptedConnection connection)
    {
        var address = stackalloc byte[SocketAddress.GetMaximumAddressSize(AddressFamily.InterNetworkV6)];
        var length = (uint)SocketAddress.GetMaximumAddressSize(AddressFamily.InterNetworkV6);
        ObjectDisposedException.ThrowIf(_socket.SafeHandle.IsClosed, this);
        var descriptor = Libc.Accept(Descriptor, address, &length, Libc.SocketNonBlock | Libc.SocketCloseOnExec);
        if (descriptor >= 0)
        {
            connection = new AcceptedConnection(descriptor, Read(address, (int)length));
            return true;
        }

        connection = default;
        var error = Marshal.GetLastPInvokeError();

        // Aborted: it was reset while it waited. Others may wait behind it; the next look finds them.
        return error is Libc.TryAgain or Libc.Interrupted or Libc.ConnectionAborted ? false : throw new SocketException(error);
    }

    public void Dispose() => _socket.Dispose();

    private static IPEndPoint Read(byte* address, int length)
    {
        var isIpv6 = *(ushort*)address == Libc.AddressFamilyInet6;
        var bytes = new SocketAddress(isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, length);
        new ReadOnlySpan<byte>(address, length).CopyTo(bytes.Buffer.Span);
        var remote = (IPEndPoint)new IPEndPoint(isIpv6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Create(bytes);
        return remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
    }
}
