using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Cancels a token when a signal asks the process to end. The process then ends by returning from its verb.</summary>
internal sealed class TerminationSignals : IDisposable
{
    public const int Sigint = 2;

    private const int Sighup = 1;
    private const int Sigquit = 3;
    private const int Sigterm = 15;

    private static int _ofProcess;

#pragma warning disable CA2213 // See Dispose.
    private readonly CancellationTokenSource _received = new();
#pragma warning restore CA2213
    private readonly PosixSignalRegistration[] _registrations;
    private int _first;

    public TerminationSignals() => _registrations =
    [
        Register(PosixSignal.SIGHUP, Sighup),
        Register(PosixSignal.SIGINT, Sigint),
        // SIGQUIT (Ctrl-\) by default ends the process immediately, without ending its workers, and dumps memory that contains keys.
        Register(PosixSignal.SIGQUIT, Sigquit),
        Register(PosixSignal.SIGTERM, Sigterm),
    ];

    /// <summary>The number of the first signal received by any instance, or null.</summary>
    public static int? ReceivedByProcess => NumberOrNull(ref _ofProcess);

    public CancellationToken Token => _received.Token;

    /// <summary>The number of the first signal received by this instance, or null.</summary>
    public int? Received => NumberOrNull(ref _first);

    /// <summary>
    /// Handlers run on the thread pool, and a queued handler runs even after its registration has been disposed. The token source is
    /// therefore never disposed: it has neither a timer nor a wait handle, and a late signal merely cancels a token that is no longer used.
    /// </summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Handles a signal, at any time, even after <see cref="Dispose"/>.</summary>
    internal void Take(int number)
    {
        Interlocked.CompareExchange(ref _ofProcess, number, 0);
        Interlocked.CompareExchange(ref _first, number, 0);
        _received.Cancel();
    }

    private static int? NumberOrNull(ref int first) => Volatile.Read(ref first) is var number and not 0 ? number : null;

    private PosixSignalRegistration Register(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Take(number);
    });
}
