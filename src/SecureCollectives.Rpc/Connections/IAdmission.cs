namespace SecureCollectives.Rpc;

/// <summary>The place of one connection behind an <see cref="IConnectionGate"/>.</summary>
internal interface IAdmission
{
    /// <summary>
    /// Runs a short step of the connection's handshake when it is its turn: all unauthenticated connections together have a limited share
    /// of the processor. The step may run on any thread, including the caller's.
    /// </summary>
    void Schedule(Action step);

    /// <summary>Withdraws a step that need not run any more, because its connection has ended.</summary>
    void Withdraw(Action step);

    /// <summary>Called at most once, when the peer has authenticated.</summary>
    void Authenticated();

    /// <summary>Called exactly once, when the connection has ended.</summary>
    void Left();
}
