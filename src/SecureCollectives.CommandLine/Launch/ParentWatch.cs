using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Ends a verb that <c>launch</c> started once the launcher has ended, even by SIGKILL. It polls, because PR_SET_PDEATHSIG would be bound
/// to the launcher's thread that forked, which can end long before the launcher does. If the launcher is process 1 in a container, the
/// kernel ends all other processes in the container with it. In a process without a launcher, there is nothing to watch.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.5);

    // Together with the poll before it, the verb ends well within 5 s.
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
        // A dedicated thread: a verb that keeps the thread pool busy must not keep an orphan alive.
        _thread = new Thread(() => Poll(launcherLives, abandon, grace)) { IsBackground = true, Name = "parent watch" };
        _thread.Start();
    }

    /// <summary>Cancelled when the launcher has ended, or by the token given at creation.</summary>
    public CancellationToken Token => _ended.Token;

    public bool IsLost { get; private set; }

    /// <summary>Watches the launcher named by the environment, if any.</summary>
    public static ParentWatch FromEnvironment(CancellationToken cancellationToken)
    {
        var text = Environment.GetEnvironmentVariable(LaunchVariables.LauncherProcessId);
        if (string.IsNullOrEmpty(text))
        {
            return new ParentWatch(launcherLives: null, static () => { }, DefaultGrace, cancellationToken);
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var launcher) || launcher < 1)
        {
            throw new CommandFailureException(ExitCode.Usage,
                $"{LaunchVariables.LauncherProcessId} is '{text}', which is not a process id. Unset it, or start the workers with launch.");
        }

        return Start(LivenessOf(launcher), static () => Environment.Exit(ExitCode.Failed), DefaultGrace, cancellationToken);
    }

    /// <param name="launcherLives">Called twice a second, until it returns false.</param>
    /// <param name="abandon">Called if the verb has not ended within the grace period.</param>
    /// <param name="grace">How long the cancelled verb has to clean up by itself.</param>
    /// <param name="cancellationToken">Also cancels <see cref="Token"/>.</param>
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

    // The kernel gives a child another parent as soon as the launcher ends, even before the launcher is reaped. A worker started through a
    // shell has another parent from the beginning, in which case only the existence of the launcher's process id can be checked.
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
        // Not Cancel(): a callback that blocks must not prevent this thread from abandoning the verb.
        _ = _ended.CancelAsync();
        if (!_disposed.Wait(grace))
        {
            abandon();
        }
    }
}
