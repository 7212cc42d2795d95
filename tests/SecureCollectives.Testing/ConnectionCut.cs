using System.Runtime.InteropServices;

namespace SecureCollectives.Testing;

/// <summary>Ends connections that belong to somebody else, as if their network had.</summary>
internal static partial class ConnectionCut
{
    private const int BothDirections = 2;

    /// <summary>Both directions end; nothing happens where they have already.</summary>
    /// <remarks>
    /// By the system call alone: the owner closes the descriptor as soon as it sees the end, and a <see cref="System.Net.Sockets.Socket"/>
    /// around it would touch it once more after the call.
    /// </remarks>
    public static void Cut(int descriptor) => _ = Shutdown(descriptor, BothDirections);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(int descriptor, int directions);
}
