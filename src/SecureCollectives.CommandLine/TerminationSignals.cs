using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Turns the signals that ask a process to end into a cancelled token. The process ends by returning from its verb.</summary>
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
        // Ctrl-\ would end this process at once and dump its memory, keys included; its workers would not be told.
        Register(PosixSignal.SIGQUIT, Sigquit),
        Register(PosixSignal.SIGTERM, Sigterm),
    ];

    /// <summary>The number of the first signal that any instance took, or null.</summary>
    public static int? ReceivedByProcess => NumberOrNull(ref _ofProcess);

    public CancellationToken Token => _received.Token;

    /// <summary>The number of the first signal that came, or null.</summary>
    public int? Received => NumberOrNull(ref _first);

    /// <summary>
    /// Handlers run on the thread pool, and one that is queued runs even after its registration is gone. So the source is never disposed:
    /// it has neither timer nor wait handle, and a late signal then cancels what nobody waits for.
    /// </summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Takes a signal, at any time.</summary>
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
