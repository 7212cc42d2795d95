namespace SecureCollectives.Links;

/// <summary>What a communicator has gone through at this rank. Thread-safe.</summary>
internal sealed class ReplacementCounters
{
    private long _heals;
    private long _replacements;

    /// <summary>Links that failed and were replaced.</summary>
    public long Heals => Interlocked.Read(ref _heals);

    /// <summary>Links that were replaced, for whatever reason.</summary>
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
