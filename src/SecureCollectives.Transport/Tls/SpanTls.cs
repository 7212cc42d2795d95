using System.Diagnostics;
using System.Net.Security;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// The calls of an SslStream over a <see cref="LaneStream"/>, with spans: each is done when it returns, because that stream never lets it
/// wait.
/// </summary>
/// <param name="tls">Its owner's.</param>
internal sealed unsafe class SpanTls(SslStream tls) : IDisposable
{
    private readonly BorrowedMemory _borrowed = new();

    /// <summary>Encrypts.</summary>
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

    /// <summary>Takes what has arrived: complete at once, because SslStream asks for more only when it has nothing to give.</summary>
    /// <returns>Bytes taken; 0 for the end.</returns>
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

    /// <summary>Lends nothing any more; the stream stays its owner's.</summary>
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
