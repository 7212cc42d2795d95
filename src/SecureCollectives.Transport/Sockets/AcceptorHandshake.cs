using System.Net;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Sockets;

/// <summary>The lane handshake of an unauthenticated connection: the future lane, a buffer for one hello, and a deadline.</summary>
internal sealed class AcceptorHandshake(Lane connection, EndPoint remote, UnauthenticatedConnection place, TimeSpan deadline) : IDisposable
{
    private readonly HelloReader _reader = new(connection);

    public Lane Connection { get; } = connection;

    public EndPoint Remote { get; } = remote;

    /// <summary>The time by which the hello must be complete, on the listener's clock.</summary>
    public TimeSpan Deadline { get; } = deadline;

    /// <summary>Its place among the unauthenticated connections.</summary>
    public UnauthenticatedConnection Place { get; } = place;

    /// <summary>Whether the last poll reported that bytes can move.</summary>
    public bool IsReady { get; set; }

    /// <summary>The hello; complete once <see cref="Receive"/> has returned <see cref="LaneOutcome.Moved"/>.</summary>
    public ReadOnlySpan<byte> Hello => _reader.Hello;

    /// <inheritdoc cref="HelloReader.Receive"/>
    public LaneOutcome Receive() => _reader.Receive();

    /// <summary>Gives the place back and closes the connection. Not called once a link has taken the connection over.</summary>
    public void Dispose()
    {
        Place.Dispose();
        Connection.Dispose();
    }
}
