using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// The connecting side of the lane handshake: sends the hello and verifies the acceptor's answer. Never blocks; any waiting is up to its
/// owner.
/// </summary>
/// <param name="connection">A connection that has not carried any bytes yet.</param>
/// <param name="keys">The keys of the link; not owned.</param>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="acceptor">The acceptor's name, for messages.</param>
internal sealed class ConnectorHandshake(Lane connection, LinkKeys keys, ushort lane, string acceptor)
{
    private readonly byte[] _hello = new byte[LaneHello.Length];
    private readonly byte[] _answer = new byte[LaneHello.AnswerLength];
    private int _sent = -1;
    private int _received;

    /// <summary>Continues the handshake as far as the connection allows.</summary>
    /// <returns>Whether the lane is confirmed; if not, call again once bytes can move.</returns>
    /// <exception cref="LaneConnectException">The connection ended, or the answer does not come from the peer.</exception>
    public bool TryFinish()
    {
        if (_sent < 0)
        {
            keys.WriteHello(lane, _hello);
            _sent = 0;
        }

        while (_sent < _hello.Length)
        {
            if (!Moved(connection.TrySend(_hello.AsSpan(_sent), default, out var count)))
            {
                return false;
            }

            _sent += count;
        }

        while (_received < _answer.Length)
        {
            if (!Moved(connection.TryReceive(_answer.AsSpan(_received), out var count)))
            {
                return false;
            }

            _received += count;
        }

        return keys.VerifyAnswer(lane, _hello, _answer) == HelloStatus.Ok
            ? true
            : throw new LaneConnectException($"The process at {acceptor} does not hold the keys of this link: it is not the peer.");
    }

    private bool Moved(LaneOutcome outcome) => outcome switch
    {
        LaneOutcome.Moved => true,
        LaneOutcome.WouldBlock => false,
        _ => throw new LaneConnectException(
            $"A lane to {acceptor} was closed before it was confirmed{(connection.Fault is { } fault ? $" ({fault})" : string.Empty)}; "
                + "the acceptor's log says why."),
    };
}
