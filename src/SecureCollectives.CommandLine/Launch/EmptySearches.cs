namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Decides when successive searches prove that no process of a launch is left. One empty search is not enough: a process may have started
/// another and ended during the search.
/// </summary>
internal sealed class EmptySearches
{
    /// <summary>A process that seems to be executing another program for so many searches never will show an environment.</summary>
    public const int Most = 10;

    private const int Sufficient = 2;

    private int _empty;
    private int _complete;

    public bool ProveNoneLeft(LaunchedSearch search)
    {
        var isEmpty = search.Running.Count == 0;
        _empty = isEmpty ? _empty + 1 : 0;
        _complete = isEmpty && search.IsComplete ? _complete + 1 : 0;
        return _complete >= Sufficient || _empty >= Most;
    }
}
