using System.Diagnostics;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>What can end a call from this side: the caller's token, the deadline, the channel's end, or disposing the call.</summary>
internal sealed class CallLifetime : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan? _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _channel;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _any;

    public CallLifetime(TimeSpan? timeout, CancellationToken caller, CancellationToken channel)
    {
        if (timeout is { } value)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(timeout));
            _timeout = value < CallTimeout.Longest ? value : CallTimeout.Longest;
        }

        _caller = caller;
        _channel = channel;
        _deadline = new CancellationTokenSource(_timeout ?? Timeout.InfiniteTimeSpan);
        _any = CancellationTokenSource.CreateLinkedTokenSource(caller, channel, _deadline.Token);
        Token = _any.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>What the server is told; null without a deadline. Never zero, since a passed deadline ends the call by itself.</summary>
    public TimeSpan? Remaining =>
        _timeout is not { } timeout ? null
        : timeout - Stopwatch.GetElapsedTime(_started) is var left && left > TimeSpan.Zero ? left
        : TimeSpan.FromTicks(1);

    public void End() => _any.Cancel();

    /// <summary>The exception for a call that this side ended; null when it did not.</summary>
    public Exception? Explain(string method, Exception? cause) =>
        !Token.IsCancellationRequested ? null
        : _caller.IsCancellationRequested ? new OperationCanceledException($"The call of {method} was cancelled.", cause, _caller)
        : _deadline.IsCancellationRequested ? new RpcException(
            RpcStatusCode.DeadlineExceeded, $"{method} did not finish within {_timeout!.Value.TotalSeconds:0.###} s.", cause)
        : _channel.IsCancellationRequested ? new ObjectDisposedException(nameof(RpcChannel), $"The channel was disposed during a call of {method}.")
        : new ObjectDisposedException("RpcClientCall", $"The call of {method} has ended.");

    public void Dispose()
    {
        _any.Dispose();
        _deadline.Dispose();
    }
}
