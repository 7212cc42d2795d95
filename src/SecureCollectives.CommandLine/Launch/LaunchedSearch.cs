namespace SecureCollectives.CommandLine.Launch;

/// <summary>What one search of <see cref="LaunchedProcesses"/> found.</summary>
/// <param name="Running">The launch's processes that are running.</param>
/// <param name="IsComplete">
/// False if a process was executing another program, so that only another search can tell whether it is one of them.
/// </param>
internal sealed record LaunchedSearch(IReadOnlyCollection<ProcessIdentity> Running, bool IsComplete);
