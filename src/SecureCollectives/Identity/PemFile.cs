using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Reads and writes PEM files. Private content is never readable by others, not even briefly.</summary>
internal static class PemFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Enough for hundreds of certificates. Keeps a disk image that was passed by mistake from being read into memory.
    private const int MaxSize = 1 << 20;

    /// <summary>Reads certificates, which need not be trusted.</summary>
    /// <exception cref="InvalidIdentityException">The file cannot be read; the message says what to do.</exception>
    public static string Read(string path)
    {
        using var file = InputFile.Open(path);
        return InputFile.ReadText(file, path, MaxSize);
    }

    /// <summary>Reads trust roots. Refuses a file that others may write, or that belongs to neither root nor the user.</summary>
    /// <exception cref="InvalidIdentityException">The file cannot be read, or others could have written it; the message says what to
    /// do.</exception>
    public static string ReadTrusted(string path) => TrustedFile.ReadText(path, MaxSize);

    /// <summary>Reads a private key. Refuses a file that others may read or write: see <see cref="PrivateKeyRule"/>.</summary>
    /// <exception cref="InvalidIdentityException">The file cannot be read, or others have access; the message says what to do.</exception>
    public static SecretPem ReadPrivate(string path)
    {
        RequireFileModes();
        using var file = InputFile.Open(path);
        FileGuard.RequirePrivate(file, path);
        var bytes = InputFile.ReadAll(file, path, MaxSize);
        try
        {
            return SecretPem.FromAscii(InputFile.WithoutByteOrderMark(bytes, path));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Writes a file that only its owner can read. The write is atomic: the file appears under its name complete or not at all.
    /// </summary>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the directory.</exception>
    public static void Write(string path, ReadOnlySpan<char> text, bool overwrite)
    {
        RequireFileModes();
        // .NET's PEM text has no trailing newline, without which files cannot be concatenated into a bundle.
        var endsLine = text is [.., '\n'];
        var bytes = GC.AllocateUninitializedArray<byte>(text.Length + (endsLine ? 0 : 1), pinned: true);
        var unfinished = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.unfinished";
        try
        {
            bytes[^1] = (byte)'\n';
            Encoding.ASCII.GetBytes(text, bytes);
            WriteNew(unfinished, bytes);
            File.Move(unfinished, path, overwrite);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            // Does nothing if the file has been renamed.
            File.Delete(unfinished);
        }
    }

    private static void WriteNew(string path, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private static void RequireFileModes()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Private keys in files need Linux file modes.");
        }
    }
}
