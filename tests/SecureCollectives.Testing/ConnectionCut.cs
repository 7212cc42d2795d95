using System.Runtime.InteropServices;

namespace SecureCollectives.Testing;

/// <summary>Ends connections that another component owns, as a network failure would.</summary>
internal static partial class ConnectionCut
{
    private const int BothDirections = 2;

    /// <summary>Shuts down both directions. Does nothing if they have already ended.</summary>
    /// <remarks>
    /// Uses the bare system call: the owner closes the descriptor as soon as it sees the end, and a <see cref="System.Net.Sockets.Socket"/>
    /// around it would access it once more after the call.
    /// </remarks>
    public static void Cut(int descriptor) => _ = Shutdown(descriptor, BothDirections);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(int descriptor, int directions);
}
