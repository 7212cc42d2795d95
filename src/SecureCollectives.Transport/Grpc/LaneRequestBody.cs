using System.Net;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The body of a request that its caller writes piece by piece: <see cref="SocketsHttpHandler"/> lends the HTTP/2 stream and gets it back
/// when the caller has finished. The headers are sent before the first message.
/// </summary>
internal sealed class LaneRequestBody : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _callEnded;
    private int _serialized;

    public LaneRequestBody(CancellationToken callEnded)
    {
        _callEnded = callEnded;
        Headers.TryAddWithoutValidation("content-type", GrpcContent.Type);
    }

    /// <summary>Completes with the stream of the body once its headers have been sent; cancelled if the call ends first.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Ends the stream in this direction: no more messages follow.</summary>
    public void Finish() => _finished.TrySetResult();

    /// <summary>Ends the body because the call is over: releases the stream and any caller waiting to write.</summary>
    public void Abort()
    {
        _opened.TrySetCanceled();
        _finished.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _serialized, 1) != 0)
        {
            // The handler retries a request that the server refused without processing it, but parts of this one have already been sent.
            throw new IOException("The server refused the stream.");
        }

        try
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _opened.TrySetResult(stream);
            await _finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !_callEnded.IsCancellationRequested)
        {
            // The server has ended the stream, and its response or reset says how; an exception here would hide that. If this side ended
            // the call, the exception keeps a partial request from looking complete.
        }
        finally
        {
            _opened.TrySetCanceled(CancellationToken.None);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
