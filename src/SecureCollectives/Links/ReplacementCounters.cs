namespace SecureCollectives.Links;

/// <summary>Counts a communicator's replaced links on this rank. Thread-safe.</summary>
internal sealed class ReplacementCounters
{
    private long _heals;
    private long _replacements;

    /// <summary>The number of links that failed and were replaced.</summary>
    public long Heals => Interlocked.Read(ref _heals);

    /// <summary>The number of links that were replaced, for any reason.</summary>
    public long Replacements => Interlocked.Read(ref _replacements);

    public void Count(bool heal)
    {
        Interlocked.Increment(ref _replacements);
        if (heal)
        {
            Interlocked.Increment(ref _heals);
        }
    }
}
