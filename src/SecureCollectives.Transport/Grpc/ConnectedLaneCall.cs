using System.IO.Pipelines;
using System.Net;
using Grpc.Core;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The client's end of a lane call: the request and response streams of SocketsHttpHandler, behind pipes. Grpc.Net.Client is not used,
/// because it sends nothing more once the server has ended its direction.
/// </summary>
internal sealed class ConnectedLaneCall : LaneCall
{
    private readonly ClientConnection _connection;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenRegistration _onEnd;
    private readonly LaneRequestBody _body;
    private readonly Task<HttpResponseMessage> _response;
    private PipeReader? _input;
    private PipeWriter? _output;
    private int _disposed;

    private ConnectedLaneCall(ClientConnection connection)
    {
        _connection = connection;
        _end = CancellationTokenSource.CreateLinkedTokenSource(connection.Closing);
        _body = new LaneRequestBody(_end.Token);
        _response = connection.SendAsync(CreateRequest(), _end.Token);
        _onEnd = _end.Token.UnsafeRegister(static state => ((ConnectedLaneCall)state!).Abandon(), this);
    }

    public override RpcConnection Connection => _connection.Peer;

    public override PipeReader Input => _input!;

    public override PipeWriter Output => _output!;

    /// <summary>Starts a call and waits until the acceptor has begun its response.</summary>
    /// <param name="connection">The connection that carries the call; not owned.</param>
    /// <param name="first">Complete messages that the acceptor awaits before it responds.</param>
    /// <param name="cancellationToken">Cancels the attempt to start, not the call.</param>
    /// <exception cref="RpcException">The acceptor did not accept the call, or the connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<LaneCall> OpenAsync(
        ClientConnection connection, ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        var call = new ConnectedLaneCall(connection);
        try
        {
            using var cancel = cancellationToken.UnsafeRegister(static state => ((ConnectedLaneCall)state!).Abort(), call);
            await call.StartAsync(first).ConfigureAwait(false);
            return call;
        }
        catch (Exception exception)
        {
            var explained = cancellationToken.IsCancellationRequested
                ? new OperationCanceledException($"The call of {GrpcLaneSettings.Attach} was cancelled.", exception, cancellationToken)
                : call.Explain(exception);
            await call.DisposeAsync().ConfigureAwait(false);
            throw explained;
        }
    }

    public override ValueTask EndOutputAsync()
    {
        _body.Finish();
        return ValueTask.CompletedTask;
    }

    public override bool InputEndedInOrder() =>
        _response.Result.TrailingHeaders.NonValidated.TryGetValues(GrpcContent.StatusTrailer, out var status)
            && status.ToString() == GrpcContent.StatusOk;

    public override void Abort()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call is over.
        }
    }

    /// <summary>Ends the call; if it was not over, the server receives RST_STREAM.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Abort();
        await _onEnd.DisposeAsync().ConfigureAwait(false);
        await ((Task)_response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_response.IsCompletedSuccessfully)
        {
            _response.Result.Dispose();
        }

        _body.Dispose();
        _end.Dispose();
    }

    private async Task StartAsync(ReadOnlyMemory<byte> first)
    {
        if (await Task.WhenAny(_body.Opened, _response).ConfigureAwait(false) == _response)
        {
            await _response.ConfigureAwait(false);
        }

        var output = await _body.Opened.ConfigureAwait(false);
        await output.WriteAsync(first, _end.Token).ConfigureAwait(false);
        await output.FlushAsync(_end.Token).ConfigureAwait(false);
        var response = await _response.ConfigureAwait(false);
        var contentType = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values) ? values.ToString() : null;
        if (response.StatusCode != HttpStatusCode.OK || !GrpcContent.Is(contentType))
        {
            throw new ConnectionException(
                ConnectionFailure.NotGrpc,
                $"{_connection.Target} answered {GrpcLaneSettings.Attach} with HTTP status {(int)response.StatusCode} "
                    + $"and content-type '{contentType}' instead of gRPC. Check that the address is that of a worker.");
        }

        if (response.Headers.NonValidated.TryGetValues(GrpcContent.StatusTrailer, out var status))
        {
            throw new RpcException(new Status(
                StatusCode.Unknown, $"{_connection.Target} ended {GrpcLaneSettings.Attach} with status {status} before it began."));
        }

        var input = await response.Content.ReadAsStreamAsync(_end.Token).ConfigureAwait(false);
        _output = new LaneRequestWriter(output);

        // Zero-byte reads first: an idle call then holds no buffer.
        _input = PipeReader.Create(
            input, new StreamPipeReaderOptions(bufferSize: GrpcLaneSettings.ReadBytes, leaveOpen: true, useZeroByteReads: true));
    }

    private Exception Explain(Exception exception) =>
        exception is RpcException ? exception
        : _connection.Closing.IsCancellationRequested ? new ObjectDisposedException(
            nameof(ClientConnection), $"The connection was disposed during a call of {GrpcLaneSettings.Attach}.")
        : _connection.Diagnose(exception)
        ?? (Exception)new RpcException(
            new Status(StatusCode.Unknown, $"{_connection.Target} reset the call of {GrpcLaneSettings.Attach}.", exception));

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_connection.BaseAddress, GrpcLaneSettings.Attach))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _body,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "secure-collectives-rpc");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        return request;
    }

    private void Abandon()
    {
        _body.Abort();
        if (_response.IsCompletedSuccessfully)
        {
            _response.Result.Dispose();
        }
    }
}
