using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Ends an own verb that <c>launch</c> started when the launcher is gone, even by SIGKILL. It polls: PR_SET_PDEATHSIG would be bound to the
/// launcher's thread that forked, which may end long before the launcher does. The launcher may be process 1 of a container; when that
/// ends the kernel ends all others of the container. A process without a launcher watches nothing.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.5);

    // With the poll before it this stays well under 5 s.
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ended;
    private readonly ManualResetEventSlim _disposed = new();
    private readonly Thread? _thread;

    private ParentWatch(Func<bool>? launcherLives, Action abandon, TimeSpan grace, CancellationToken cancellationToken)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (launcherLives is null)
        {
            return;
        }
        // A thread of its own: a thread pool kept busy by the verb must not keep an orphan alive.
        _thread = new Thread(() => Poll(launcherLives, abandon, grace)) { IsBackground = true, Name = "parent watch" };
        _thread.Start();
    }

    /// <summary>Fires when the launcher is gone or the token given at creation has fired.</summary>
    public CancellationToken Token => _ended.Token;

    public bool IsLost { get; private set; }

    /// <summary>Watches the launcher named in the environment, if there is one.</summary>
    public static ParentWatch FromEnvironment(CancellationToken cancellationToken)
    {
        var text = Environment.GetEnvironmentVariable(LaunchVariables.LauncherProcessId);
        if (string.IsNullOrEmpty(text))
        {
            return new ParentWatch(launcherLives: null, static () => { }, DefaultGrace, cancellationToken);
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var launcher) || launcher < 1)
        {
            throw new CommandFailureException(ExitCode.Usage, $"{LaunchVariables.LauncherProcessId} is '{text}', which is no process id.");
        }

        return Start(LivenessOf(launcher), static () => Environment.Exit(ExitCode.Failed), DefaultGrace, cancellationToken);
    }

    /// <param name="launcherLives">Asked twice a second, until it says no.</param>
    /// <param name="abandon">Called when the verb has not ended within its grace.</param>
    /// <param name="grace">How long the verb has, once cancelled, to clean up by itself.</param>
    /// <param name="cancellationToken">Fires <see cref="Token"/>, too.</param>
    public static ParentWatch Start(Func<bool> launcherLives, Action abandon, TimeSpan grace, CancellationToken cancellationToken) =>
        new(launcherLives, abandon, grace, cancellationToken);

    public void Dispose()
    {
        _disposed.Set();
        if (Thread.CurrentThread != _thread)
        {
            _thread?.Join();
        }

        _disposed.Dispose();
        _ended.Dispose();
    }

    // A child whose launcher ends gets another parent at once, even while the dead launcher is not yet reaped. A worker that was started by
    // way of a shell has another parent from the beginning; then the launcher's process id decides.
    private static Func<bool> LivenessOf(int launcher) => PosixProcess.ParentId() == launcher
        ? () => PosixProcess.ParentId() == launcher
        : () => PosixProcess.Exists(launcher);

    private void Poll(Func<bool> launcherLives, Action abandon, TimeSpan grace)
    {
        while (launcherLives())
        {
            if (_disposed.Wait(PollInterval))
            {
                return;
            }
        }

        IsLost = true;
        LaunchDirectory.RemoveAbandoned(Environment.GetEnvironmentVariable(LaunchVariables.LauncherDirectory));
        // Not Cancel(): a callback that blocks must not keep this thread from abandoning the verb.
        _ = _ended.CancelAsync();
        if (!_disposed.Wait(grace))
        {
            abandon();
        }
    }
}
