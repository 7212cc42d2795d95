namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Determines which rank, or which pair of ranks, caused a failure. A single rank sees only part of the picture: when one rank stops, most
/// of the others lose contact with, or wait for, some other rank. So a loop submits its observation before it ends, and ends with the
/// verdict.
/// </summary>
internal interface IFaultAttribution
{
    /// <param name="observed">The failure that this rank observed, or that a neighbour reported.</param>
    /// <param name="wait">What this rank's operation was waiting for.</param>
    /// <returns>
    /// The failure to end with; <paramref name="observed"/> if there is no better answer. The loop waits at most
    /// <see cref="LoopOptions.AttributionTimeout"/>.
    /// </returns>
    Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait);

    /// <summary>
    /// Reports that the operation has made no progress for a while: ranks may have called different collectives without exchanging a
    /// descriptor. Returns immediately.
    /// </summary>
    void Stalled(LoopWait wait);
}
