using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Reads files that others may read but must not write: trust roots and lists of identities.</summary>
internal static class TrustedFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="maxSize">The maximum size in bytes.</param>
    /// <exception cref="InvalidIdentityException">
    /// The file cannot be read, or others could have written it; the message says what to do.
    /// </exception>
    public static string ReadText(string path, int maxSize)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The check of who may write a file needs Linux file modes.");
        }

        using var file = InputFile.Open(path);
        FileGuard.RequireTrusted(file, path);
        return InputFile.ReadText(file, path, maxSize);
    }
}
