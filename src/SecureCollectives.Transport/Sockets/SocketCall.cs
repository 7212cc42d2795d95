using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>Interprets the result of a non-blocking send or receive call.</summary>
internal static class SocketCall
{
    /// <param name="result">The value that the call has just returned on this thread.</param>
    /// <param name="moved">The number of bytes moved; 0 unless Moved. A receive call that moved 0 bytes has seen the peer's end.</param>
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
