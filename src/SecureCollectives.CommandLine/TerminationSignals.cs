using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Turns the signals that ask a process to end into a cancelled token. The process ends by returning from its verb.</summary>
internal sealed class TerminationSignals : IDisposable
{
    private const int Sighup = 1;
    private const int Sigint = 2;
    private const int Sigterm = 15;

    private readonly CancellationTokenSource _received = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _first;

    public TerminationSignals() => _registrations =
    [
        Register(PosixSignal.SIGHUP, Sighup),
        Register(PosixSignal.SIGINT, Sigint),
        Register(PosixSignal.SIGTERM, Sigterm),
    ];

    public CancellationToken Token => _received.Token;

    /// <summary>The number of the first signal that came, or null.</summary>
    public int? Received => Volatile.Read(ref _first) is var first and not 0 ? first : null;

    public void Dispose()
    {
        // Disposing a registration waits for a running handler, so no handler meets a disposed source.
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _received.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Interlocked.CompareExchange(ref _first, number, 0);
        _received.Cancel();
    });
}
