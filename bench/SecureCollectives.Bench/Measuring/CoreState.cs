namespace SecureCollectives.Bench.Measuring;

/// <summary>How far apart the machine's two processors were before and after a sample.</summary>
internal enum CoreState
{
    /// <summary>Not probed: the machine has not just two processors.</summary>
    Unknown,

    /// <summary>A cache line's round trip took at most <see cref="CoreDistance.NearNanoseconds"/> before it and after it.</summary>
    Near,

    /// <summary>It took longer, at one of the two at least.</summary>
    Far,
}
