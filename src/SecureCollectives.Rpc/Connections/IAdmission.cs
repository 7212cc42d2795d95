namespace SecureCollectives.Rpc;

/// <summary>One connection's place behind an <see cref="IConnectionGate"/>.</summary>
internal interface IAdmission
{
    /// <summary>
    /// Runs a step of the connection's handshake, a short one, when it is its turn: all unauthenticated connections together have a bounded
    /// share of the processor. The step may run on any thread, also on the caller's.
    /// </summary>
    void Schedule(Action step);

    /// <summary>Takes a step back that need not run any more: its connection has ended.</summary>
    void Withdraw(Action step);

    /// <summary>Called at most once, when the peer has proven who it is.</summary>
    void Authenticated();

    /// <summary>Called exactly once, when the connection has ended.</summary>
    void Left();
}
