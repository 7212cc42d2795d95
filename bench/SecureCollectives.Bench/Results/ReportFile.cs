using System.Security.Cryptography;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Results;

/// <summary>
/// A file that takes a report at the end of a run and is known to be writable before it. It appears under its name whole or not at all:
/// until then it is a neighbour of another name. What is no plain file, such as a pipe, is written as it is.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private const int NameRandomBytes = 8;

    private readonly FileStream _stream;
    private readonly string _path;
    private readonly string? _temporaryPath;
    private bool _written;

    private ReportFile(string path, string? temporaryPath, FileStream stream)
    {
        _path = path;
        _temporaryPath = temporaryPath;
        _stream = stream;
    }

    /// <exception cref="CommandFailureException">It cannot be written.</exception>
    public static ReportFile? Open(string? path, string option)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(full))
            {
                throw new IOException("it is a directory");
            }
            // A device must never be replaced by a file, and root could: /dev/null would take no more bytes.
            if (FileKind.IsSpecial(full))
            {
                return new ReportFile(
                    full, temporaryPath: null, new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
            }

            if (File.Exists(full))
            {
                full = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
            }

            var temporary = $"{full}.{RandomNumberGenerator.GetHexString(2 * NameRandomBytes, lowercase: true)}";
            return new ReportFile(full, temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.Write));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailureException(ExitCode.Usage, $"{option} '{path}' cannot be written: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <exception cref="IOException">The disk is full, or the like.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        _stream.Write(content);
        _stream.Flush();
        if (_temporaryPath is not null)
        {
            _stream.Flush(flushToDisk: true);
            File.Move(_temporaryPath, _path, overwrite: true);
        }

        _written = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_written && _temporaryPath is not null)
        {
            File.Delete(_temporaryPath);
        }
    }
}
