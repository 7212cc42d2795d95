using SecureCollectives.Framing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>The accepting side of the lane handshake: reads one hello from an unauthenticated connection, and never a byte more.</summary>
internal sealed class HelloReader(Lane connection)
{
    private readonly byte[] _hello = new byte[LaneHello.Length];
    private int _received;

    /// <summary>The hello; complete once <see cref="Receive"/> has returned <see cref="LaneOutcome.Moved"/>.</summary>
    public ReadOnlySpan<byte> Hello => _hello;

    /// <summary>Reads the bytes that are available.</summary>
    /// <returns><see cref="LaneOutcome.Moved"/> once the hello is complete.</returns>
    public LaneOutcome Receive()
    {
        while (_received < _hello.Length)
        {
            var outcome = connection.TryReceive(_hello.AsSpan(_received), out var count);
            if (outcome != LaneOutcome.Moved)
            {
                return outcome;
            }

            _received += count;
        }

        return LaneOutcome.Moved;
    }
}
