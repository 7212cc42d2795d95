using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// A listening socket whose connections are cheap to refuse: the system call that accepts a connection also returns its origin, before
/// anything is allocated for it. Owns the socket.
/// </summary>
/// <param name="socket">A bound, listening and non-blocking socket.</param>
internal abstract unsafe class SocketAcceptor(Socket socket) : IDisposable
{
    /// <summary>
    /// The backlog: the number of connections that the kernel queues until they are accepted. Clients beyond that, including legitimate
    /// workers, have to retry.
    /// </summary>
    protected const int Backlog = 512;

    /// <summary>The address it listens on, as logs name it.</summary>
    public abstract string Place { get; }

    /// <exception cref="ObjectDisposedException">The acceptor has been disposed.</exception>
    public int Descriptor => (int)socket.SafeHandle.DangerousGetHandle();

    /// <summary>Takes the next connection from the kernel's queue.</summary>
    /// <returns>False if no connection is waiting, or the next one was reset while it waited.</returns>
    /// <exception cref="SocketException">The connection could not be accepted, most likely because the limit of open files was
    /// reached.</exception>
    public bool TryAccept(out AcceptedConnection connection)
    {
        var longest = (uint)SocketAddress.GetMaximumAddressSize(AddressFamily.InterNetworkV6);
        var address = stackalloc byte[(int)longest];
        var length = longest;
        ObjectDisposedException.ThrowIf(socket.SafeHandle.IsClosed, this);
        var descriptor = Libc.Accept(Descriptor, address, &length, Libc.SocketNonBlock | Libc.SocketCloseOnExec);
        if (descriptor >= 0)
        {
            connection = Accepted(descriptor, new ReadOnlySpan<byte>(address, (int)Math.Min(length, longest)));
            return true;
        }

        connection = default;
        var error = Marshal.GetLastPInvokeError();

        // ConnectionAborted: the connection was reset while it waited. Others may be queued behind it; the next poll finds them.
        return error is Libc.TryAgain or Libc.Interrupted or Libc.ConnectionAborted ? false : throw new SocketException(error);
    }

    /// <summary>Turns an accepted connection into a lane, for its hello and whatever follows.</summary>
    /// <exception cref="SocketException">The connection has since been lost and was closed.</exception>
    public abstract Lane ToLane(AcceptedConnection connection);

    public void Dispose() => socket.Dispose();

    /// <summary>Describes a connection that was accepted.</summary>
    /// <param name="descriptor">The descriptor of the connection; the result takes ownership.</param>
    /// <param name="address">The socket address of the peer, as the kernel wrote it.</param>
    protected abstract AcceptedConnection Accepted(int descriptor, ReadOnlySpan<byte> address);
}
