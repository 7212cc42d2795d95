namespace SecureCollectives.Telemetry;

/// <summary>What measurements and activities say of the communicator that they belong to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rank">This worker's rank in it.</param>
/// <param name="WorldSize">Its ranks.</param>
/// <param name="Session">The beginning of the session id, in hex: the same on all ranks of a run.</param>
/// <param name="Protection">How its data is protected.</param>
/// <param name="Transport">What carries its data to other hosts.</param>
internal sealed record CommunicatorTelemetry(string Id, int Rank, int WorldSize, string Session, string Protection, string Transport)
{
    /// <summary>Bytes of the session id that are enough to tell runs apart.</summary>
    private const int SessionBytes = 8;

    /// <summary>How a session is named, in logs too.</summary>
    public static string Name(ReadOnlySpan<byte> sessionId) => Convert.ToHexStringLower(sessionId[..SessionBytes]);
}
