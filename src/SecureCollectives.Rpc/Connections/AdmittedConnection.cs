namespace SecureCollectives.Rpc;

/// <summary>What the gate has said of a connection: a feature of it, from its acceptance to its end.</summary>
internal sealed class AdmittedConnection
{
    private volatile bool _isClosedByGate;

    /// <summary>Its place; null on listeners without a gate.</summary>
    public IAdmission? Admission { get; set; }

    /// <summary>Whether its place was given to another connection.</summary>
    public bool IsClosedByGate
    {
        get => _isClosedByGate;
        set => _isClosedByGate = value;
    }
}
