using System.Net;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The body of a request that its caller writes piece by piece: <see cref="SocketsHttpHandler"/> lends the HTTP/2 stream and
/// gets it back when the caller has finished. Headers leave before the first message.
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

    /// <summary>The body, when its headers have been sent; cancelled when the call ended before.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>No more messages: ends the stream in our direction.</summary>
    public void Finish() => _finished.TrySetResult();

    /// <summary>The call is over: releases whoever waits to write, and the stream.</summary>
    public void Abort()
    {
        _opened.TrySetCanceled();
        _finished.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _serialized, 1) != 0)
        {
            // The handler tries again what a server refused without looking at it, but parts of this have already left.
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
            // The server has ended the stream, and its response or reset says how; an exception here would hide that.
            // When we ended the call, the exception is what keeps a part of a request from looking like the whole.
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
