namespace SecureCollectives.Rpc;

/// <summary>The decision of the gate about a connection: a feature of the connection from its acceptance to its end.</summary>
internal sealed class AdmittedConnection
{
    private volatile bool _isClosedByGate;

    /// <summary>The connection's place; null on listeners without a gate.</summary>
    public IAdmission? Admission { get; set; }

    /// <summary>Whether the place was given to another connection.</summary>
    public bool IsClosedByGate
    {
        get => _isClosedByGate;
        set => _isClosedByGate = value;
    }
}
