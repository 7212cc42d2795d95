using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>A connected Unix socket whose calls never wait, and that passes descriptors beside bytes. Owns the socket.</summary>
/// <remarks>Like a TCP lane's, its socket is never touched by an asynchronous operation.</remarks>
internal sealed unsafe class UnixSocket : IDisposable
{
    private const int Rights = 1;
    private const int ControlTruncated = 0x8;
    private const int CloseOnExec = 0x40000000;

    /// <summary>struct cmsghdr: its length, its level, its type.</summary>
    private const int ControlHeader = 16;

    /// <summary>Room for two descriptors: one more than anybody should send. The kernel closes what does not fit.</summary>
    private const int ControlLength = ControlHeader + (2 * sizeof(int));

    private readonly Socket _socket;

    public UnixSocket(Socket socket)
    {
        _socket = socket;
        socket.Blocking = false;
        Descriptor = (int)socket.Handle;
    }

    public int Descriptor { get; }

    /// <summary>Sends what goes at once of the bytes, with a descriptor beside the first of them.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="passed">The peer gets a descriptor of its own for it; null for none.</param>
    /// <param name="sent">Bytes sent.</param>
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

    /// <summary>Receives what is there.</summary>
    /// <param name="destination">At least one byte.</param>
    /// <param name="passed">Gets the descriptors that came beside the bytes, at most two.</param>
    /// <param name="received">Bytes received.</param>
    /// <param name="isComplete">False where more descriptors came than anybody should send; the kernel has closed those.</param>
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

    /// <summary>Sends one byte that says nothing, if there is room: where there is none, enough of them wait already.</summary>
    /// <returns>Whether the peer has something to wake it, or is gone.</returns>
    public bool TryWake()
    {
        const int BrokenPipe = 32;
        byte nothing = 0;
        return Libc.Send(Descriptor, &nothing, 1, Libc.DontWait | Libc.NoSignal) >= 0
            || Marshal.GetLastPInvokeError() is Libc.TryAgain or BrokenPipe;
    }

    /// <summary>Takes in such bytes: one for each sleep may have come, and have waited here.</summary>
    /// <returns>Moved or WouldBlock while the peer lives.</returns>
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
        // One message at most: sockets without other options get descriptors alone.
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
