using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Resolves all symbolic links in a path; .NET resolves only one, in the last component.</summary>
internal static unsafe partial class RealPath
{
    /// <summary>In bytes, including the terminating zero: PATH_MAX on Linux.</summary>
    private const int Longest = 4096;

    /// <exception cref="IOException">The path cannot be resolved.</exception>
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
