namespace SecureCollectives.Testing;

/// <summary>
/// Runs blocking code outside the thread pool, where it would delay the continuations and timers of all other tests.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs the body on a new thread up to its first await of an incomplete task; the rest runs on the pool.</summary>
    public static Task RunAsync(Func<Task> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
