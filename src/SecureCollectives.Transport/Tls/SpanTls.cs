using System.Diagnostics;
using System.Net.Security;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// Calls an SslStream over a <see cref="LaneStream"/> with spans. Each call is complete when it returns, because that stream never makes it
/// wait.
/// </summary>
/// <param name="tls">The SslStream; not owned.</param>
internal sealed unsafe class SpanTls(SslStream tls) : IDisposable
{
    private readonly BorrowedMemory _borrowed = new();

    /// <summary>Encrypts and writes.</summary>
    public void Write(ReadOnlySpan<byte> plain)
    {
        if (plain.IsEmpty)
        {
            return;
        }

        fixed (byte* pointer = plain)
        {
            try
            {
                Complete(tls.WriteAsync(_borrowed.Lend(pointer, plain.Length)));
            }
            finally
            {
                _borrowed.Revoke();
            }
        }
    }

    /// <summary>
    /// Reads the bytes that have arrived. Completes immediately, because SslStream reads more only when it has nothing to return.
    /// </summary>
    /// <returns>The number of bytes read; 0 at the end.</returns>
    public int Read(Span<byte> destination)
    {
        fixed (byte* pointer = destination)
        {
            try
            {
                var reading = tls.ReadAsync(_borrowed.Lend(pointer, destination.Length));
                return reading.IsCompleted
                    ? reading.GetAwaiter().GetResult() : throw new UnreachableException("TLS waits for bytes that it announced.");
            }
            finally
            {
                _borrowed.Revoke();
            }
        }
    }

    /// <summary>Writes close_notify.</summary>
    public void Shutdown() => Complete(new ValueTask(tls.ShutdownAsync()));

    /// <summary>Releases the lent memory; the stream stays with its owner.</summary>
    public void Dispose() => ((IDisposable)_borrowed).Dispose();

    private static void Complete(ValueTask writing)
    {
        if (!writing.IsCompleted)
        {
            throw new UnreachableException("TLS waits for a stream that never lets it wait.");
        }

        writing.GetAwaiter().GetResult();
    }
}
