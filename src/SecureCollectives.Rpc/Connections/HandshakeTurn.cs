using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Awaited before a step of a handshake: continues when it is the connection's turn, where <see cref="IAdmission.Schedule"/> runs it. If
/// cancelled meanwhile, it continues at once with an exception, and no further work.
/// </summary>
internal sealed class HandshakeTurn(IAdmission admission, CancellationToken cancellationToken) : ICriticalNotifyCompletion
{
    private Action? _continuation;
    private Action? _step;
    private CancellationTokenRegistration _onCancel;
    private volatile bool _hasTurn;

    public bool IsCompleted => false;

    public HandshakeTurn GetAwaiter() => this;

    /// <exception cref="ConnectionAbortedException">The wait was cancelled before the turn came.</exception>
    public void GetResult()
    {
        if (!_hasTurn)
        {
            throw new ConnectionAbortedException("The connection ended before its turn came.");
        }
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        _continuation = continuation;
        _step = () => GoOn(hasTurn: true);
        _onCancel = cancellationToken.UnsafeRegister(static state => ((HandshakeTurn)state!).GiveUp(), this);
        admission.Schedule(_step);
        if (!_hasTurn && cancellationToken.IsCancellationRequested)
        {
            // The cancellation came before the step was scheduled, so there was nothing to withdraw then.
            admission.Withdraw(_step);
        }
    }

    private void GiveUp()
    {
        admission.Withdraw(_step!);
        GoOn(hasTurn: false);
    }

    private void GoOn(bool hasTurn)
    {
        if (Interlocked.Exchange(ref _continuation, null) is { } continuation)
        {
            _hasTurn = hasTurn;
            _onCancel.Unregister();
            continuation();
        }
    }
}
