namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Finds out which rank, or which pair, is to blame for a failure. What one rank sees explains little: when a rank stops, most others lose
/// or wait for somebody else. So a loop hands over what it saw, before it ends, and ends with the answer.
/// </summary>
internal interface IFaultAttribution
{
    /// <param name="observed">What this rank saw, or was told by a neighbour.</param>
    /// <param name="wait">What its operation was waiting for.</param>
    /// <returns>
    /// The failure to end with; <paramref name="observed"/> where there is no better answer. The loop waits for
    /// <see cref="LoopOptions.AttributionTimeout"/> at most.
    /// </returns>
    Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait);

    /// <summary>
    /// The operation has made no progress for a moment: maybe ranks called different collectives and none hears of it. Returns at once.
    /// </summary>
    void Stalled(LoopWait wait);
}
