using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Resolves all links of a path; .NET resolves only one in its last component.</summary>
internal static unsafe partial class RealPath
{
    /// <summary>Bytes, the terminating zero included: PATH_MAX of Linux.</summary>
    private const int Longest = 4096;

    /// <exception cref="IOException">The path does not lead to anything.</exception>
    public static string Of(string path)
    {
        var resolved = stackalloc byte[Longest];
        return Resolve(path, resolved) != null
            ? Marshal.PtrToStringUTF8((nint)resolved)!
            : throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* Resolve(string path, byte* resolved);
}
