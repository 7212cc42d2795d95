using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Collectives;

/// <summary>What a synchronous call needs besides its buffers; kept by the communicator for the next one.</summary>
internal sealed class CallerCall(Loop loop, int rank)
{
    public CallerOperation Operation { get; } = new();

    public CancellationRequest Cancellation { get; } = new(loop, rank);
}
