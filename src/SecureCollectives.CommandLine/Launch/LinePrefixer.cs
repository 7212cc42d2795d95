using System.Buffers;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Copies a worker's output to the launcher's, byte for byte in any encoding, with a prefix before each line. Whole lines are written under
/// a lock that all workers share, so that lines from different workers never mix.
/// </summary>
internal sealed class LinePrefixer(ReadOnlyMemory<byte> prefix, Stream sink, Lock gate)
{
    /// <summary>In bytes. A longer line is split: without a bound, one worker could exhaust the launcher's memory.</summary>
    public const int LongestLine = 64 * 1024;

    private const byte NewLine = (byte)'\n';

    private readonly ArrayBufferWriter<byte> _lines = new();

    /// <summary>Copies until <paramref name="source"/> ends. Adds a missing newline to the last line.</summary>
    public async Task PumpAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestLine];
        var filled = 0;
        while (true)
        {
            var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled += read;
            var rest = TakeLines(buffer.AsSpan(0, filled));
            if (rest == LongestLine || (read == 0 && rest > 0))
            {
                AppendLine(buffer.AsSpan(0, rest));
                rest = 0;
            }

            buffer.AsSpan(filled - rest, rest).CopyTo(buffer);
            filled = rest;
            Flush();
            if (read == 0)
            {
                return;
            }
        }
    }

    /// <summary>Appends the complete lines and returns the number of bytes after them.</summary>
    private int TakeLines(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf(NewLine) is var end and >= 0)
        {
            AppendLine(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }

        return bytes.Length;
    }

    private void AppendLine(ReadOnlySpan<byte> line)
    {
        _lines.Write(prefix.Span);
        _lines.Write(line);
        _lines.Write([NewLine]);
    }

    private void Flush()
    {
        if (_lines.WrittenCount == 0)
        {
            return;
        }

        lock (gate)
        {
            sink.Write(_lines.WrittenSpan);
            sink.Flush();
        }

        _lines.ResetWrittenCount();
    }
}
