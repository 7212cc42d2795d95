using System.Diagnostics;

namespace SecureCollectives.Testing.Proxies;

/// <summary>One fault at one place of one direction of a connection.</summary>
/// <param name="kind">What happens.</param>
/// <param name="offset">After how many more bytes of this direction.</param>
/// <param name="bit">Which bit of the byte there is flipped, 0 to 7.</param>
internal sealed class WireFault(WireFaultKind kind, long offset, int bit = 0)
{
    private readonly TaskCompletionSource<long> _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WireFaultKind Kind => kind;

    public long Offset => offset;

    public int Bit => bit;

    /// <summary>
    /// Completes when the fault happens, with the time by <see cref="Stopwatch.GetTimestamp"/>; is cancelled when the direction ends
    /// before.
    /// </summary>
    public Task<long> Happened => _happened.Task;

    /// <summary>Completes when a stalled direction goes on.</summary>
    public Task Resumed => _resumed.Task;

    /// <summary>Lets a stalled direction go on.</summary>
    public void Resume() => _resumed.TrySetResult();

    public void Happen() => _happened.TrySetResult(Stopwatch.GetTimestamp());

    public void Miss() => _happened.TrySetCanceled();

    public override string ToString() =>
        kind == WireFaultKind.Flip ? $"{kind} of bit {bit} after {offset} bytes" : $"{kind} after {offset} bytes";
}
