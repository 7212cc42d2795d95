using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Reads files whose content others may know and must not choose: trust roots, lists of identities.</summary>
internal static class TrustedFile
{
    /// <param name="path">The file.</param>
    /// <param name="maxSize">The most bytes it may have.</param>
    /// <exception cref="InvalidIdentityException">The file cannot be read, or others could have written it; the message says what to
    /// do.</exception>
    public static string ReadText(string path, int maxSize)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Who may write a file is told by Linux file modes.");
        }

        using var file = InputFile.Open(path);
        FileGuard.RequireTrusted(file, path);
        return InputFile.ReadText(file, path, maxSize);
    }
}
