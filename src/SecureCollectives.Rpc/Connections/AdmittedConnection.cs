using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// The gate's decision about a connection, attached to it as a feature for its whole life. Thread-safe: listeners share the gate, so a
/// connection on another listener may take the place of one that is still being created here.
/// </summary>
internal sealed class AdmittedConnection
{
    private readonly Lock _gate = new();
    private ConnectionContext? _connection;
    private bool _isClosedByGate;

    /// <summary>The connection's place; null if the host has no gate.</summary>
    public IAdmission? Admission { get; set; }

    /// <summary>Whether the place has been given to another connection.</summary>
    public bool IsClosedByGate
    {
        get
        {
            lock (_gate)
            {
                return _isClosedByGate;
            }
        }
    }

    /// <summary>Sets the connection, and closes it if its place has already been given away.</summary>
    public void Attach(ConnectionContext connection)
    {
        lock (_gate)
        {
            _connection = connection;
            if (!_isClosedByGate)
            {
                return;
            }
        }

        Abort(connection);
    }

    /// <summary>Closes the connection because its place was given to another; if it is still being created, as soon as it exists.</summary>
    public void Close()
    {
        ConnectionContext? connection;
        lock (_gate)
        {
            _isClosedByGate = true;
            connection = _connection;
        }

        if (connection is not null)
        {
            Abort(connection);
        }
    }

    private static void Abort(ConnectionContext connection) =>
        connection.Abort(new ConnectionAbortedException("The connection gate closed the connection."));
}
