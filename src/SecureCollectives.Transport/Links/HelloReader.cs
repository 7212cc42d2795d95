using SecureCollectives.Framing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// The accepting side of a lane's start: takes one hello off a connection that has proved nothing yet, and never a byte more.
/// </summary>
internal sealed class HelloReader(Lane connection)
{
    private readonly byte[] _hello = new byte[LaneHello.Length];
    private int _received;

    /// <summary>The hello, once <see cref="Receive"/> said that it is complete.</summary>
    public ReadOnlySpan<byte> Hello => _hello;

    /// <summary>Takes what is there.</summary>
    /// <returns>Moved when the hello is complete.</returns>
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
