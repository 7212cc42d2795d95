namespace SecureCollectives.Telemetry;

/// <summary>A communicator's attributes for measurements and activities.</summary>
/// <param name="Id">The communicator's id.</param>
/// <param name="Rank">This worker's rank in the communicator.</param>
/// <param name="WorldSize">The number of ranks in the communicator.</param>
/// <param name="Session">The first bytes of the session id in hexadecimal, the same on all ranks of a run.</param>
/// <param name="Protection">The protection of its data.</param>
/// <param name="Transport">The transport that carries its data to other hosts.</param>
internal sealed record CommunicatorTelemetry(string Id, int Rank, int WorldSize, string Session, string Protection, string Transport)
{
    /// <summary>How many leading bytes of the session id are used to distinguish runs.</summary>
    private const int SessionBytes = 8;

    /// <summary>Returns the name used for a session in telemetry and logs.</summary>
    public static string Name(ReadOnlySpan<byte> sessionId) => Convert.ToHexStringLower(sessionId[..SessionBytes]);
}
