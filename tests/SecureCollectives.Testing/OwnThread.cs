namespace SecureCollectives.Testing;

/// <summary>
/// Runs what blocks outside the thread pool, where it would keep the continuations and timers of all other tests waiting.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs the body on a new thread up to its first wait for a task; what follows that is the pool's again.</summary>
    public static Task RunAsync(Func<Task> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
