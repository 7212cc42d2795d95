namespace SecureCollectives.Rpc;

/// <summary>One connection's place behind an <see cref="IConnectionGate"/>.</summary>
internal interface IAdmission
{
    /// <summary>Called at most once, when the peer has proven who it is.</summary>
    void Authenticated();

    /// <summary>Called exactly once, when the connection has ended.</summary>
    void Left();
}
