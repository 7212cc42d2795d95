using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Google.Protobuf;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// A call in progress. One task may write while another reads. Whatever ends the call, reading tells: writing after the end
/// returns false. Disposing cancels a call that is not over.
/// </summary>
internal sealed class RpcClientCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly RpcMethod<TRequest, TResponse> _method;
    private readonly RpcChannelOptions _options;
    private readonly ClientExchange _exchange;
    private MessageReader<TResponse>? _messages;
    private ExceptionDispatchInfo? _failure;
    private bool _ended;

    public RpcClientCall(RpcChannel channel, RpcMethod<TRequest, TResponse> method, RpcCallOptions callOptions, CancellationToken cancellationToken)
    {
        _method = method;
        _options = channel.Options;
        _exchange = new ClientExchange(channel, method.FullName, callOptions, cancellationToken);
    }

    /// <summary>The connection the call runs on, once a read has returned or thrown a status.</summary>
    public RpcConnection Connection => _exchange.Connection;

    /// <summary>The server's first metadata, once a read has returned.</summary>
    public RpcMetadata Headers => _exchange.Headers;

    /// <summary>The metadata that came with the status, once the call is over.</summary>
    public RpcMetadata Trailers => _exchange.Trailers;

    /// <summary>Sends a message. False: the call is over, and reading says how it ended.</summary>
    /// <exception cref="RpcException">ResourceExhausted: the message is larger than may be sent; nothing was sent.</exception>
    public async ValueTask<bool> WriteAsync(TRequest message)
    {
        if (await _exchange.OpenRequestAsync().ConfigureAwait(false) is not { } body)
        {
            return false;
        }

        if (!MessageFormat.TryWrite(body, message, _options.MaxSendMessageSize))
        {
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"A request message of {_method.FullName} exceeds the {_options.MaxSendMessageSize} bytes that may be sent.");
        }

        try
        {
            await body.FlushAsync(_exchange.Token).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // SocketsHttpHandler throws exceptions of many types, internal ones among them; reading explains what happened.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Tells the server that no more messages come. Reading goes on.</summary>
    public void CompleteRequests() => _exchange.FinishRequest();

    /// <summary>The next message; null when the server ended the call with OK.</summary>
    /// <exception cref="RpcException">The call ended with another status, or for want of a connection.</exception>
    /// <exception cref="OperationCanceledException">The caller's token fired.</exception>
    public async ValueTask<TResponse?> ReadAsync()
    {
        _failure?.Throw();
        if (_ended)
        {
            return null;
        }

        try
        {
            TResponse? message = await ReadCoreAsync().ConfigureAwait(false);
            _ended = message is null;
            if (_ended)
            {
                // A server may end a call without having read all of the request.
                _exchange.FinishRequest();
            }

            return message;
        }
        catch (Exception exception) when (exception is not UnreachableException)
        {
            Exception explained = _exchange.Explain(exception);
            _failure = ExceptionDispatchInfo.Capture(explained);
            if (ReferenceEquals(explained, exception))
            {
                throw;
            }

            throw explained;
        }
    }

    /// <summary>The rest of the server's messages.</summary>
    public async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync().ConfigureAwait(false) is { } message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return message;
        }
    }

    /// <summary>The one message of a unary response: exactly one, and then OK.</summary>
    public async ValueTask<TResponse> ReadSingleAsync()
    {
        TResponse message = await ReadAsync().ConfigureAwait(false)
            ?? throw new RpcException(RpcStatusCode.Internal, $"{_method.FullName} ended with OK but without its response.");
        return await ReadAsync().ConfigureAwait(false) is null
            ? message
            : throw new RpcException(RpcStatusCode.Internal, $"{_method.FullName} got more than one response; exactly one is expected.");
    }

    public ValueTask DisposeAsync() => _exchange.DisposeAsync();

    private async ValueTask<TResponse?> ReadCoreAsync()
    {
        if (_messages is null)
        {
            if (await _exchange.OpenResponseAsync().ConfigureAwait(false) is not { } body)
            {
                return null;
            }

            _messages = new MessageReader<TResponse>(body, _method.ResponseParser, _options.MaxReceiveMessageSize);
        }

        (MessageOutcome outcome, TResponse? message) = await _messages.ReadAsync(_exchange.Token).ConfigureAwait(false);
        switch (outcome)
        {
            case MessageOutcome.Message:
                return message;
            case MessageOutcome.End:
                _exchange.ReadTrailers();
                return null;
            default:
                throw MessageFault.ToException(outcome, "response", _method.FullName, _options.MaxReceiveMessageSize);
        }
    }
}
