namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Chooses which of several failed workers to name. The first to exit is often a victim: a worker that was terminated closes its
/// connections while cleaning up, so its peers fail and exit before it does. A worker ended by an outside signal is therefore named in
/// preference to workers that exited by themselves, provided that the launcher had not yet begun to end them; otherwise the first to exit
/// is named.
/// </summary>
internal static class FirstFailure
{
    private const int Sigabrt = 6;
    private const int Sigpipe = 13;

    /// <param name="exits">The exits of all workers, at least one of them a failure.</param>
    /// <param name="endingBegan">When the launcher itself began sending signals, in UTC.</param>
    public static WorkerExit Of(IEnumerable<WorkerExit> exits, DateTime endingBegan) => exits
        .Where(static exit => exit.IsFailure)
        .OrderBy(exit => exit.Time > endingBegan ? 2 : IsOfOutside(exit.Code) ? 0 : 1)
        .ThenBy(static exit => exit.Time)
        .First();

    /// <summary>
    /// SIGABRT and SIGPIPE come from within a program: from an uncaught exception, or a pipe without a reader. All other signals come from
    /// users, a scheduler or the kernel.
    /// </summary>
    private static bool IsOfOutside(int code) => code > ExitCode.SignalBase && code - ExitCode.SignalBase is not (Sigabrt or Sigpipe);
}
