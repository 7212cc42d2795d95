using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>What a system call that sends or receives without waiting came to.</summary>
internal static class SocketCall
{
    /// <param name="result">What the call has just returned on this thread.</param>
    /// <param name="moved">Bytes that moved; 0 unless Moved, where 0 received is the peer's end.</param>
    public static LaneOutcome Outcome(nint result, out int moved)
    {
        if (result >= 0)
        {
            moved = (int)result;
            return LaneOutcome.Moved;
        }

        moved = 0;
        return Marshal.GetLastPInvokeError() is Libc.TryAgain or Libc.Interrupted ? LaneOutcome.WouldBlock : LaneOutcome.Broken;
    }
}
