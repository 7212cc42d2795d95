using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>The pipes through which HTTP/2 reads from and writes to TLS. Does not own the stream.</summary>
internal sealed class TlsTransport(SslStream stream) : IDuplexPipe
{
    /// <summary>
    /// The buffer size in bytes: two full TLS records. With the pipes' default of 4 KiB, every quarter of a record would cost a read, and
    /// every 4 KiB written would become a separate record.
    /// </summary>
    private const int BufferBytes = 32 << 10;

    public PipeReader Input { get; } =
        // Zero-byte reads, so that an idle peer holds no buffer.
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(
        stream, new StreamPipeWriterOptions(minimumBufferSize: BufferBytes, leaveOpen: true));

    public async ValueTask CompleteAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ConnectionAbortedException or ObjectDisposedException)
        {
            // The peer has already gone, so there is no one to receive the rest.
        }
    }
}
