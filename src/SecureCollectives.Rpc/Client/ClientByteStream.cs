using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>The client's end of a call in bytes: SocketsHttpHandler's request and response streams behind pipes.</summary>
internal sealed class ClientByteStream : RpcByteStream
{
    private readonly ClientExchange _exchange;

    private ClientByteStream(ClientExchange exchange, Stream output, Stream input, int readSize)
    {
        _exchange = exchange;
        Output = new RequestBodyWriter(output);

        // Read first with an empty buffer: a call at rest then holds none.
        Input = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: readSize, leaveOpen: true, useZeroByteReads: true));
    }

    public override RpcConnection Connection => _exchange.Connection;

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    /// <summary>Starts a call and waits until the server has begun its response.</summary>
    /// <param name="exchange">The call; disposed where it fails.</param>
    /// <param name="first">What the server waits for before it responds.</param>
    /// <param name="readSize">Bytes that one read from the response takes at most.</param>
    /// <param name="cancellationToken">Ends the attempt, and has no meaning afterwards.</param>
    public static async Task<RpcByteStream> OpenAsync(ClientExchange exchange, ReadOnlyMemory<byte> first, int readSize, CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenRegistration cancel = cancellationToken.UnsafeRegister(static state => ((ClientExchange)state!).Cancel(), exchange);
            Stream? output = await exchange.OpenRequestStreamAsync().ConfigureAwait(false);
            if (output is not null)
            {
                await output.WriteAsync(first, exchange.Token).ConfigureAwait(false);
                await output.FlushAsync(exchange.Token).ConfigureAwait(false);
            }

            Stream? input = await exchange.OpenResponseStreamAsync().ConfigureAwait(false);
            return input is not null && output is not null
                ? new ClientByteStream(exchange, output, input, readSize)
                : throw new RpcException(RpcStatusCode.Unknown, $"The server ended {exchange.Method} before it began.");
        }
        catch (Exception exception)
        {
            Exception explained = cancellationToken.IsCancellationRequested
                ? new OperationCanceledException($"The call of {exchange.Method} was cancelled.", exception, cancellationToken)
                : exchange.Explain(exception);
            await exchange.DisposeAsync().ConfigureAwait(false);
            throw explained;
        }
    }

    public override ValueTask EndOutputAsync()
    {
        _exchange.FinishRequest();
        return ValueTask.CompletedTask;
    }

    public override bool InputEndedInOrder()
    {
        try
        {
            _exchange.ReadTrailers();
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    public override void Abort() => _exchange.Cancel();

    public override ValueTask DisposeAsync() => _exchange.DisposeAsync();
}
