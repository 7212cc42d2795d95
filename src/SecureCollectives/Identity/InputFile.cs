using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Reads small regular files in full. The exception messages say what to do.</summary>
internal static partial class InputFile
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>O_NONBLOCK: otherwise, opening a named pipe blocks until there is a writer, and opening a device may block too.</summary>
    private const int NonBlocking = 0x800;

    /// <summary>O_NOCTTY: otherwise, a terminal could become the controlling terminal of the process.</summary>
    private const int NoControllingTerminal = 0x100;

    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int NoSuchDevice = 6;
    private const int AccessDenied = 13;
    private const int NotADirectory = 20;

    /// <summary>Opens a regular file for reading, following symbolic links. Never blocks on another process.</summary>
    /// <exception cref="InvalidIdentityException">The file cannot be opened, or is not regular; the message says what to do.</exception>
    public static SafeFileHandle Open(string path)
    {
        // The system would cut the path off at a null character.
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidIdentityException($"'{PrintableText.Of(path)}' cannot be opened: the path has a zero character.");
        }

        SafeFileHandle file;
        int error;
        do
        {
            file = OpenFile(path, ReadOnly | CloseOnExec | NonBlocking | NoControllingTerminal);
            error = Marshal.GetLastPInvokeError();
        }
        while (file.IsInvalid && error == Interrupted);

        if (file.IsInvalid)
        {
            throw NotOpened(path, error);
        }

        try
        {
            RequireRegular(FileStatus.Of(file, path).Kind, path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads an open file as ASCII. Non-ASCII characters, which may occur in comments, become '?'.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The path used in messages.</param>
    /// <param name="maxSize">The maximum size in bytes.</param>
    /// <exception cref="InvalidIdentityException">The file cannot be read, is too large, or is UTF-16.</exception>
    public static string ReadText(SafeFileHandle file, string path, int maxSize) =>
        Encoding.ASCII.GetString(WithoutByteOrderMark(ReadAll(file, path, maxSize), path));

    /// <summary>Reads an open file into pinned memory, which the caller may erase.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The path used in messages.</param>
    /// <param name="maxSize">The maximum size in bytes.</param>
    /// <exception cref="InvalidIdentityException">The file cannot be read, or is too large.</exception>
    public static byte[] ReadAll(SafeFileHandle file, string path, int maxSize)
    {
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length > maxSize)
            {
                throw new InvalidIdentityException($"'{path}' has {length} bytes; such a file has at most {maxSize}.");
            }

            var bytes = GC.AllocateArray<byte>((int)length, pinned: true);
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count)
            {
                read += count;
            }

            // A short read means that the file is being rewritten. The rest stays zero, which is not valid text.
            return bytes;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            throw new InvalidIdentityException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Returns the text without a UTF-8 byte order mark, which some editors write.</summary>
    /// <exception cref="InvalidIdentityException">The text is UTF-16, which PowerShell writes when it redirects output.</exception>
    public static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> text, string path)
    {
        if (text.StartsWith(Encoding.Unicode.Preamble) || text.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new InvalidIdentityException($"'{path}' is UTF-16 text; save it as UTF-8 or ASCII.");
        }

        return text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
    }

    private static InvalidIdentityException NotOpened(string path, int error) => new(error switch
    {
        NoEntry or NotADirectory => $"There is no file '{path}'. Check the path, or create the file with 'secure-collectives pki'.",
        AccessDenied => $"'{path}' cannot be opened: this user may not read it, or may not enter one of the directories above it.",
        NoSuchDevice => NotRegular(path, "a socket, or a device that is not there"),
        _ => $"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.",
    });

    private static void RequireRegular(FileKind kind, string path)
    {
        if (kind != FileKind.Regular)
        {
            throw new InvalidIdentityException(NotRegular(path, kind switch
            {
                FileKind.Directory => "a directory",
                FileKind.NamedPipe => "a named pipe",
                _ => "a device",
            }));
        }
    }

    private static string NotRegular(string path, string kind) => $"'{path}' is {kind}; give a regular file or a link to one.";

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags);
}
