namespace SecureCollectives.Rpc;

/// <summary>A connection's place behind an <see cref="IConnectionGate"/>.</summary>
internal interface IAdmission
{
    /// <summary>
    /// Runs a short step of the connection's handshake when its turn comes: all unauthenticated connections together get a limited share of
    /// processor time. The step may run on any thread, including the caller's.
    /// </summary>
    void Schedule(Action step);

    /// <summary>Withdraws a step that is no longer needed because its connection has ended.</summary>
    void Withdraw(Action step);

    /// <summary>Called at most once, when the peer has authenticated.</summary>
    void Authenticated();

    /// <summary>Called exactly once, when the connection has ended.</summary>
    void Left();
}
