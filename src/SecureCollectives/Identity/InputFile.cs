using System.Text;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Reads small text files whole. Its exceptions say what to do.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InvalidIdentityException">The file cannot be opened; the message says what to do.</exception>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidIdentityException(
                $"There is no file '{path}'. Check the path, or create the file with 'secure-collectives pki'.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidIdentityException($"'{path}' cannot be opened: it is a directory, or this user may not read it.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new InvalidIdentityException($"'{path}' cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Reads an open file as ASCII; other characters, as in comments, become '?'.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The path of the file in messages.</param>
    /// <param name="maxSize">The maximum size in bytes.</param>
    /// <exception cref="InvalidIdentityException">The file cannot be read, is too large, or is UTF-16.</exception>
    public static string ReadText(SafeFileHandle file, string path, int maxSize) =>
        Encoding.ASCII.GetString(WithoutByteOrderMark(ReadAll(file, path, maxSize), path));

    /// <summary>Reads an open file into pinned memory, which the caller may erase.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The path of the file in messages.</param>
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

            // If the file is shorter than its length, it is being written. The rest stays zero, which is not valid text.
            return bytes;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            throw new InvalidIdentityException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Returns the text without a UTF-8 byte order mark, which some editors write.</summary>
    /// <exception cref="InvalidIdentityException">The text is UTF-16, as PowerShell redirects output.</exception>
    public static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> text, string path)
    {
        if (text.StartsWith(Encoding.Unicode.Preamble) || text.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new InvalidIdentityException($"'{path}' is UTF-16 text; save it as UTF-8 or ASCII.");
        }

        return text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
    }
}
