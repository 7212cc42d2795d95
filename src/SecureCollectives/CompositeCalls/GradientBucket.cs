using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>A bucket of gradients, and its AllReduce.</summary>
/// <param name="gradients">Input and result.</param>
/// <param name="schedules">Of its AllReduce.</param>
/// <param name="reducer">Combines chunks.</param>
internal sealed class GradientBucket<T>(Memory<T> gradients, Schedule[] schedules, Reducer reducer)
    where T : unmanaged
{
    private ValueTask _reduction;

    /// <summary>Its elements.</summary>
    public Memory<T> Gradients => gradients;

    /// <summary>Queues its AllReduce. The result is awaited once, by <see cref="TakeReduction"/>.</summary>
    public void Start(Communicator group, CancellationToken cancellationToken) =>
#pragma warning disable CA2012 // It is kept until the end of the step, and taken once.
        _reduction = group.StartAsync<T>(schedules, reducer, gradients, gradients, cancellationToken);
#pragma warning restore CA2012

    /// <summary>The AllReduce that was queued, for its one waiter.</summary>
    public ValueTask TakeReduction()
    {
        var taken = _reduction;
        _reduction = default;
        return taken;
    }
}
