namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Determines which rank, or which pair of ranks, caused a failure. A single rank sees little: when a rank stops, most others lose or wait
/// for a different rank. So a loop submits what it observed before it ends, and ends with the answer.
/// </summary>
internal interface IFaultAttribution
{
    /// <param name="observed">The failure that this rank observed, or that a neighbour reported.</param>
    /// <param name="wait">What the operation of this rank was waiting for.</param>
    /// <returns>
    /// The failure to end with; <paramref name="observed"/> if there is no better answer. The loop waits at most
    /// <see cref="LoopOptions.AttributionTimeout"/>.
    /// </returns>
    Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait);

    /// <summary>
    /// Reports that the operation has made no progress for a while: ranks may have called different collectives without exchanging a
    /// descriptor. Returns at once.
    /// </summary>
    void Stalled(LoopWait wait);
}
