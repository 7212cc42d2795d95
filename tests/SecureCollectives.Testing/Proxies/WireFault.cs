using System.Diagnostics;

namespace SecureCollectives.Testing.Proxies;

/// <summary>One fault at one byte of one direction of a connection.</summary>
/// <param name="kind">The kind of fault.</param>
/// <param name="offset">The number of bytes of this direction before the fault.</param>
/// <param name="bit">The bit of that byte to flip, 0 to 7.</param>
internal sealed class WireFault(WireFaultKind kind, long offset, int bit = 0)
{
    private readonly TaskCompletionSource<long> _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WireFaultKind Kind => kind;

    public long Offset => offset;

    public int Bit => bit;

    /// <summary>
    /// Completes when the fault happens, with the time from <see cref="Stopwatch.GetTimestamp"/>; is cancelled if the direction ends first.
    /// </summary>
    public Task<long> Happened => _happened.Task;

    /// <summary>Completes when a stalled direction may continue.</summary>
    public Task Resumed => _resumed.Task;

    /// <summary>Lets a stalled direction continue.</summary>
    public void Resume() => _resumed.TrySetResult();

    public void Happen() => _happened.TrySetResult(Stopwatch.GetTimestamp());

    public void Miss() => _happened.TrySetCanceled();

    public override string ToString() =>
        kind == WireFaultKind.Flip ? $"{kind} of bit {bit} after {offset} bytes" : $"{kind} after {offset} bytes";
}
