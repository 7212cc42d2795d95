namespace SecureCollectives.Bench.Measuring;

/// <summary>The distance between the machine's two processors before and after a sample.</summary>
internal enum CoreState
{
    /// <summary>Not probed: the machine does not have exactly two processors.</summary>
    Unknown,

    /// <summary>
    /// A cache line's round trip took at most <see cref="CoreDistance.NearNanoseconds"/>, both before and after the sample.
    /// </summary>
    Near,

    /// <summary>The round trip took longer, before or after the sample.</summary>
    Far,
}
