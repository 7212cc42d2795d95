using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// The decision of the gate about a connection: a feature of the connection from its acceptance to its end. Thread-safe: listeners share
/// the gate, so another listener may take the place of a connection that its own listener is still creating.
/// </summary>
internal sealed class AdmittedConnection
{
    private readonly Lock _gate = new();
    private ConnectionContext? _connection;
    private bool _isClosedByGate;

    /// <summary>The connection's place; null on hosts without a gate.</summary>
    public IAdmission? Admission { get; set; }

    /// <summary>Whether the place was given to another connection.</summary>
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

    /// <summary>Sets the connection, and closes it if its place was given away before it existed.</summary>
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

    /// <summary>Closes the connection because its place was given to another; it is closed as soon as it exists.</summary>
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
