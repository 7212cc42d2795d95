namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>The kinds of events.</summary>
internal enum EventKind : byte
{
    /// <summary>A core has done what a rank's loop had it do.</summary>
    WorkDone,

    /// <summary>A frame's first byte has come to the receiving host's interface.</summary>
    ReachedInterface,

    /// <summary>A frame is where its receiver's loop sees it.</summary>
    Arrived,
}
