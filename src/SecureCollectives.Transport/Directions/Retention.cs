using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// How much a lane retains of the messages that its peer has not acknowledged. Part of the wire protocol, because it determines when the
/// peer acknowledges.
/// </summary>
/// <param name="SmallBytes">The maximum data in a message, in bytes; the same on all ranks.</param>
internal sealed record Retention(int SmallBytes)
{
    private const int MinBytes = 16 * 1024;

    /// <summary>The maximum payload of a message frame, in bytes.</summary>
    public int LongestMessage => OperationDescriptor.Length + SmallBytes;

    /// <summary>
    /// Room for four of the longest messages: one for the operation to send, while half of the room may hold messages that the peer has
    /// applied but not acknowledged. With at least 16 KiB, one acknowledgement covers about 70 of the shortest messages and its cost is too
    /// small to measure.
    /// </summary>
    public int Bytes { get; init; } = Math.Max(MinBytes, 4 * RetainedMessages.WeightOf(OperationDescriptor.Length + SmallBytes));

    /// <summary>
    /// The weight of applied messages, in bytes, at which an acknowledgement is sent together with the next message, which saves a system
    /// call.
    /// </summary>
    public int AcknowledgeWithAMessageFrom => Bytes / 4;

    /// <summary>The weight of applied messages, in bytes, at which an acknowledgement is due.</summary>
    public int AcknowledgeFrom => Bytes / 2;
}
