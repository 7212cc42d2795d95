namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Which of several failed workers to name. The first to exit is often a victim: a worker that somebody terminated closes its
/// connections while it cleans up, and its peers fail and exit before it does. So a worker that a signal from outside ended is named
/// before all that chose their exit code themselves, as long as the launcher had not yet begun to end them; otherwise the first to exit
/// is.
/// </summary>
internal static class FirstFailure
{
    private const int Sigabrt = 6;
    private const int Sigpipe = 13;

    /// <param name="exits">Of all workers.</param>
    /// <param name="endingBegan">When the launcher began to send signals itself, in UTC.</param>
    public static WorkerExit Of(IEnumerable<WorkerExit> exits, DateTime endingBegan) => exits
        .Where(static exit => exit.IsFailure)
        .OrderBy(exit => exit.Time > endingBegan ? 2 : IsOfOutside(exit.Code) ? 0 : 1)
        .ThenBy(static exit => exit.Time)
        .First();

    /// <summary>
    /// A program aborts, or writes to a pipe without a reader, because of what it met: an exception nobody caught, a peer that has gone.
    /// The other signals come from users, from a scheduler, from the kernel.
    /// </summary>
    private static bool IsOfOutside(int code) => code > ExitCode.SignalBase && code - ExitCode.SignalBase is not (Sigabrt or Sigpipe);
}
