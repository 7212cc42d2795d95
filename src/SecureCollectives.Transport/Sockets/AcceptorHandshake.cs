using System.Net;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Sockets;

/// <summary>An accepted connection that has not proved anything yet: a lane to be, a buffer for one hello, a deadline.</summary>
internal sealed class AcceptorHandshake(Lane connection, EndPoint remote, UnauthenticatedConnection place, TimeSpan deadline) : IDisposable
{
    private readonly HelloReader _reader = new(connection);

    public Lane Connection { get; } = connection;

    public EndPoint Remote { get; } = remote;

    /// <summary>When its hello must be complete, on the listener's clock.</summary>
    public TimeSpan Deadline { get; } = deadline;

    /// <summary>Its place among the unauthenticated.</summary>
    public UnauthenticatedConnection Place { get; } = place;

    /// <summary>Whether bytes can move, as far as the listener knows.</summary>
    public bool IsReady { get; set; }

    /// <summary>The hello, once <see cref="Receive"/> said that it is complete.</summary>
    public ReadOnlySpan<byte> Hello => _reader.Hello;

    /// <inheritdoc cref="HelloReader.Receive"/>
    public LaneOutcome Receive() => _reader.Receive();

    /// <summary>Closes the connection, unless a link took it over.</summary>
    public void Dispose()
    {
        Place.Dispose();
        Connection.Dispose();
    }
}
