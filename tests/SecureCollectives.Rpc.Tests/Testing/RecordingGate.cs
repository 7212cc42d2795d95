using System.Collections.Concurrent;
using System.Net;

namespace SecureCollectives.Rpc.Tests;

/// <summary>A gate that records its calls.</summary>
/// <param name="admits">Whether it admits connections.</param>
/// <param name="abortsAtOnce">Whether it gives a connection's place away before it has admitted the connection.</param>
internal sealed class RecordingGate(bool admits = true, bool abortsAtOnce = false) : IConnectionGate
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _authenticated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Action> _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Events { get; } = new();

    public IPEndPoint? Remote { get; private set; }

    public TimeSpan AcceptWait => TimeSpan.Zero;

    public IAdmission? Admit(IPEndPoint remote, Action abort)
    {
        Remote = remote;
        Events.Enqueue(admits ? "admitted" : "refused");
        _admitted.TrySetResult(abort);
        if (abortsAtOnce)
        {
            abort();
        }

        return admits ? new Admission(this) : null;
    }

    /// <summary>Returns the abort callback of the first connection, once it has arrived.</summary>
    public Task<Action> AdmittedAsync() => _admitted.Task.WaitAsync(TestLimits.Wait);

    public Task AuthenticatedAsync() => _authenticated.Task.WaitAsync(TestLimits.Wait);

    public Task LeftAsync() => _left.Task.WaitAsync(TestLimits.Wait);

    public void Dispose()
    {
    }

    private sealed class Admission(RecordingGate gate) : IAdmission
    {
        public void Schedule(Action step) => step();

        public void Withdraw(Action step)
        {
        }

        public void Authenticated()
        {
            gate.Events.Enqueue("authenticated");
            gate._authenticated.TrySetResult();
        }

        public void Left()
        {
            gate.Events.Enqueue("left");
            gate._left.TrySetResult();
        }
    }
}
