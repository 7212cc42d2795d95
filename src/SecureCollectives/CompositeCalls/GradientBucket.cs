using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>A bucket of gradients and its AllReduce.</summary>
/// <param name="gradients">
/// The gradients before the AllReduce and the averages after it; the loops use the memory until the reduction completes.
/// </param>
/// <param name="schedules">One schedule of the AllReduce for each channel that it uses.</param>
/// <param name="reducer">Combines chunks with the caller's operator.</param>
internal sealed class GradientBucket<T>(Memory<T> gradients, Schedule[] schedules, Reducer reducer)
    where T : unmanaged
{
    private ValueTask _reduction;

    /// <summary>The gradients of the bucket, one after the other.</summary>
    public Memory<T> Gradients => gradients;

    /// <summary>Queues the bucket's AllReduce, which must then be awaited once, through <see cref="TakeReduction"/>.</summary>
    public void Start(Communicator group, CancellationToken cancellationToken) =>
#pragma warning disable CA2012 // The task is kept until the end of the step, and awaited once.
        _reduction = group.StartAsync<T>(schedules, reducer, gradients, gradients, cancellationToken);
#pragma warning restore CA2012

    /// <summary>Returns the queued AllReduce, for a single await.</summary>
    public ValueTask TakeReduction()
    {
        var taken = _reduction;
        _reduction = default;
        return taken;
    }
}
