using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Awaited before a step of a handshake: goes on when it is the connection's turn, where <see cref="IAdmission.Schedule"/> runs it. Who is
/// cancelled meanwhile goes on at once, with an exception and nothing else to do.
/// </summary>
internal sealed class HandshakeTurn(IAdmission admission, CancellationToken cancellationToken) : ICriticalNotifyCompletion
{
    private Action? _continuation;
    private Action? _step;
    private CancellationTokenRegistration _onCancel;
    private volatile bool _hasTurn;

    public bool IsCompleted => false;

    public HandshakeTurn GetAwaiter() => this;

    /// <exception cref="ConnectionAbortedException">It was cancelled before its turn came.</exception>
    public void GetResult()
    {
        if (!_hasTurn)
        {
            throw new ConnectionAbortedException("The connection ended before it was its turn.");
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
            // It was given up before there was anything to take back.
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
