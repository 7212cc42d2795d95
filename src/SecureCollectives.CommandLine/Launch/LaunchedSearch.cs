namespace SecureCollectives.CommandLine.Launch;

/// <summary>What one search of <see cref="LaunchedProcesses"/> found.</summary>
/// <param name="Running">The launch's processes that are running.</param>
/// <param name="IsComplete">
/// False if a process could not be identified. It was executing another program, or ended and may have started a process that the search
/// missed. Only another search can tell.
/// </param>
internal sealed record LaunchedSearch(IReadOnlyCollection<ProcessIdentity> Running, bool IsComplete)
{
    public bool ProvesNoneLeft => IsComplete && Running.Count == 0;
}
