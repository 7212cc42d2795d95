using System.Runtime.CompilerServices;
using Google.Protobuf;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>The messages a caller streams to a handler. One read at a time.</summary>
internal sealed class RpcRequestReader<T>
    where T : class, IMessage<T>
{
    private readonly MessageReader<T> _messages;
    private readonly RpcServerCall _call;
    private readonly int _limit;
    private bool _ended;

    public RpcRequestReader(MessageReader<T> messages, RpcServerCall call, int limit)
    {
        _messages = messages;
        _call = call;
        _limit = limit;
    }

    /// <summary>The next message; null when the caller has completed its stream. Ends with the call's token.</summary>
    /// <exception cref="RpcException">The bytes were no message; let it pass, and the caller gets it as its status.</exception>
    public async ValueTask<T?> ReadAsync()
    {
        if (_ended)
        {
            return null;
        }

        (MessageOutcome outcome, T? message) = await ReadBodyAsync().ConfigureAwait(false);
        if (outcome == MessageOutcome.Message)
        {
            return message;
        }

        _ended = true;
        return outcome == MessageOutcome.End ? null : throw MessageFault.ToException(outcome, "request", _call.Method, _limit);
    }

    /// <summary>The rest of the stream.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync().ConfigureAwait(false) is { } message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return message;
        }
    }

    /// <summary>The one message of a unary request: exactly one, and then the end.</summary>
    public async ValueTask<T> ReadSingleAsync()
    {
        T? message = await ReadAsync().ConfigureAwait(false)
            ?? throw new RpcException(RpcStatusCode.Internal, $"The request of {_call.Method} has no message; exactly one is expected.");
        return await ReadAsync().ConfigureAwait(false) is null
            ? message
            : throw new RpcException(RpcStatusCode.Internal, $"The request of {_call.Method} has more than one message; exactly one is expected.");
    }

    private async ValueTask<(MessageOutcome Outcome, T? Message)> ReadBodyAsync()
    {
        try
        {
            return await _messages.ReadAsync(_call.CancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // Kestrel's word for a peer that reset the stream, left, or broke the rules of HTTP/2; it may come before the token fires.
            throw new RpcException(RpcStatusCode.Cancelled, $"The request of {_call.Method} broke off.", exception);
        }
    }
}
