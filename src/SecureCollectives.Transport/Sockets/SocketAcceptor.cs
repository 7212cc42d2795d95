using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// A listening socket whose connections are cheap to refuse: where one comes from is known with the one system call that accepts it, before
/// anything is made for it. Owns the socket.
/// </summary>
/// <param name="socket">Bound, listening and non-blocking.</param>
internal abstract unsafe class SocketAcceptor(Socket socket) : IDisposable
{
    /// <summary>
    /// Connections that the kernel keeps until they are accepted. What does not fit is tried again by its sender, a rightful worker too.
    /// </summary>
    protected const int Backlog = 512;

    /// <summary>Where it listens, as logs name it.</summary>
    public abstract string Place { get; }

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public int Descriptor => (int)socket.SafeHandle.DangerousGetHandle();

    /// <summary>Takes the next connection off the kernel's queue.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="SocketException">The limit of open files, most likely.</exception>
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

        // Aborted: it was reset while it waited. Others may wait behind it; the next look finds them.
        return error is Libc.TryAgain or Libc.Interrupted or Libc.ConnectionAborted ? false : throw new SocketException(error);
    }

    /// <summary>Makes a lane of an accepted connection, for its hello and what may follow.</summary>
    /// <exception cref="SocketException">It is gone already, and closed.</exception>
    public abstract Lane ToLane(AcceptedConnection connection);

    public void Dispose() => socket.Dispose();

    /// <summary>Who has connected.</summary>
    /// <param name="descriptor">The connection.</param>
    /// <param name="address">The peer's socket address, as the kernel wrote it.</param>
    protected abstract AcceptedConnection Accepted(int descriptor, ReadOnlySpan<byte> address);
}
