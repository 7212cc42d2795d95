using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Awaited before a step of a handshake. Resumes when <see cref="IAdmission.Schedule"/> runs the connection's step, on that thread. If
/// cancelled first, it resumes immediately with an exception and does no further work.
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
            // The cancellation preceded the scheduling of the step, so GiveUp had nothing to withdraw.
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
