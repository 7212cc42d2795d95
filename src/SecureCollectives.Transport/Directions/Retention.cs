using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// What a lane keeps of messages that its peer has not acknowledged; part of the wire protocol, since the peer acknowledges by it.
/// </summary>
/// <param name="SmallBytes">Most data in a message; the same on all ranks.</param>
internal sealed record Retention(int SmallBytes)
{
    private const int MinBytes = 16 * 1024;

    /// <summary>Largest payload of a message frame.</summary>
    public int LongestMessage => OperationDescriptor.Length + SmallBytes;

    /// <summary>
    /// Room for four of the longest: one for an operation to send, while half of the room may be taken by what the peer has applied and not
    /// acknowledged yet. With 16 KiB at least, an acknowledgement comes about once in 70 of the shortest messages and costs nothing that
    /// could be measured.
    /// </summary>
    public int Bytes { get; init; } = Math.Max(MinBytes, 4 * RetainedMessages.WeightOf(OperationDescriptor.Length + SmallBytes));

    /// <summary>
    /// From so much applied on, an acknowledgement is sent together with the next message: it costs no system call of its own.
    /// </summary>
    public int AcknowledgeWithAMessageFrom => Bytes / 4;

    /// <summary>From so much applied on, an acknowledgement is due.</summary>
    public int AcknowledgeFrom => Bytes / 2;
}
