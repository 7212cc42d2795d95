using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>The pipes that HTTP/2 reads and writes over TLS. Does not own the stream.</summary>
internal sealed class TlsTransport(SslStream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public async ValueTask CompleteAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ConnectionAbortedException or ObjectDisposedException)
        {
            // The peer left first: nobody is there to read the rest.
        }
    }
}
