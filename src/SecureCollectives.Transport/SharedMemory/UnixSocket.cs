using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>A connected Unix socket whose calls never block and that can pass descriptors along with bytes. Owns the socket.</summary>
/// <remarks>Like the socket of a TCP lane, it is never touched by an asynchronous operation.</remarks>
internal sealed unsafe class UnixSocket : IDisposable
{
    private const int Rights = 1;
    private const int ControlTruncated = 0x8;
    private const int CloseOnExec = 0x40000000;

    /// <summary>The size of struct cmsghdr: length, level and type.</summary>
    private const int ControlHeader = 16;

    /// <summary>Room for two descriptors: one more than a peer should send. The kernel closes any that do not fit.</summary>
    private const int ControlLength = ControlHeader + (2 * sizeof(int));

    private readonly Socket _socket;

    public UnixSocket(Socket socket)
    {
        _socket = socket;
        socket.Blocking = false;
        Descriptor = (int)socket.Handle;
    }

    public int Descriptor { get; }

    /// <summary>Sends as many bytes as possible without blocking, and passes a descriptor with the first of them.</summary>
    /// <param name="bytes">The bytes to send; at least one.</param>
    /// <param name="passed">The file for which the peer gets its own descriptor; null for none.</param>
    /// <param name="sent">The number of bytes sent; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    public LaneOutcome TrySend(ReadOnlySpan<byte> bytes, SafeFileHandle? passed, out int sent)
    {
        fixed (byte* pointer = bytes)
        {
            var vector = new Libc.IoVector { Base = pointer, Length = (nuint)bytes.Length };
            var message = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1 };
            var control = stackalloc byte[ControlLength];
            if (passed is not null)
            {
                *(nuint*)control = ControlHeader + sizeof(int);
                *(int*)(control + 8) = Libc.SolSocket;
                *(int*)(control + 12) = Rights;
                *(int*)(control + ControlHeader) = (int)passed.DangerousGetHandle();
                message.Control = control;
                message.ControlLength = ControlLength;
            }

            return SocketCall.Outcome(Libc.SendMessage(Descriptor, &message, Libc.DontWait | Libc.NoSignal), out sent);
        }
    }

    /// <summary>Receives the bytes that are available.</summary>
    /// <param name="destination">The memory to fill; at least one byte.</param>
    /// <param name="passed">Receives the descriptors that came with the bytes, at most two. The caller owns them.</param>
    /// <param name="received">The number of bytes received; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    /// <param name="isComplete">False if more descriptors came than a peer should send; the kernel has closed the excess.</param>
    public LaneOutcome TryReceive(Span<byte> destination, List<SafeFileHandle> passed, out int received, out bool isComplete)
    {
        fixed (byte* pointer = destination)
        {
            var vector = new Libc.IoVector { Base = pointer, Length = (nuint)destination.Length };
            var control = stackalloc byte[ControlLength];
            var message = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlLength };
            var outcome = SocketCall.Outcome(Libc.ReceiveMessage(Descriptor, &message, Libc.DontWait | CloseOnExec), out received);
            isComplete = true;
            if (outcome != LaneOutcome.Moved)
            {
                return outcome;
            }

            isComplete = (message.Flags & ControlTruncated) == 0;
            Take(new ReadOnlySpan<byte>(control, (int)message.ControlLength), passed);
            return received == 0 ? LaneOutcome.Ended : LaneOutcome.Moved;
        }
    }

    /// <summary>Sends one byte to wake the peer, if there is room. If there is none, enough such bytes are waiting already.</summary>
    /// <returns>Whether a byte is waiting for the peer, or the peer is gone.</returns>
    public bool TryWake()
    {
        const int BrokenPipe = 32;
        byte nothing = 0;
        return Libc.Send(Descriptor, &nothing, 1, Libc.DontWait | Libc.NoSignal) >= 0
            || Marshal.GetLastPInvokeError() is Libc.TryAgain or BrokenPipe;
    }

    /// <summary>Receives the wake-up bytes. There may be one for each sleep.</summary>
    /// <returns><see cref="LaneOutcome.Moved"/> or <see cref="LaneOutcome.WouldBlock"/> while the peer lives.</returns>
    public LaneOutcome TakeWakes()
    {
        const int Length = 256;
        var scratch = stackalloc byte[Length];
        var outcome = SocketCall.Outcome(Libc.Receive(Descriptor, scratch, Length, Libc.DontWait), out var count);
        return outcome == LaneOutcome.Moved && count == 0 ? LaneOutcome.Ended : outcome;
    }

    public void Dispose() => _socket.Dispose();

    private static void Take(ReadOnlySpan<byte> control, List<SafeFileHandle> passed)
    {
        // At most one control message: without other socket options, a socket receives only descriptors.
        if (control.Length < ControlHeader || MemoryMarshal.Read<int>(control[8..]) != Libc.SolSocket
            || MemoryMarshal.Read<int>(control[12..]) != Rights)
        {
            return;
        }

        var length = (int)Math.Min(MemoryMarshal.Read<ulong>(control), (ulong)control.Length);
        foreach (var descriptor in MemoryMarshal.Cast<byte, int>(control[ControlHeader..length]))
        {
            passed.Add(new SafeFileHandle(descriptor, ownsHandle: true));
        }
    }
}
