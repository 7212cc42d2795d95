using System.Security.Cryptography;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Results;

/// <summary>
/// A file for a run's report. It is checked to be writable before the run, and written at its end. It appears under its final name only
/// when it is complete; until then it has a temporary name in the same directory. A path that is not a plain file, such as a pipe, is
/// written directly.
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

    /// <exception cref="CommandFailureException">The file cannot be written.</exception>
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
            // Never replace a device with a file. Root could, and /dev/null would then no longer discard bytes.
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

    /// <exception cref="IOException">Writing failed, for instance because the disk is full.</exception>
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
