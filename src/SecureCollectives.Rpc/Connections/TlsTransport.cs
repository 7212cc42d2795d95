using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>The pipes that HTTP/2 reads and writes over TLS. Does not own the stream.</summary>
internal sealed class TlsTransport(SslStream stream) : IDuplexPipe
{
    /// <summary>
    /// Two full records of TLS. With the pipes' own 4 KiB every fourth of a record costs a read, and every 4 KiB written become a record of
    /// their own.
    /// </summary>
    private const int BufferBytes = 32 << 10;

    public PipeReader Input { get; } =
        // Empty at rest, so that idle peers hold none.
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
            // The peer left first: nobody is there to read the rest.
        }
    }
}
