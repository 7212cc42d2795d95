namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>Kinds of simulation events.</summary>
internal enum EventKind : byte
{
    /// <summary>A core has finished a unit of a loop's work.</summary>
    WorkDone,

    /// <summary>A frame's first byte has reached the receiving host's interface.</summary>
    ReachedInterface,

    /// <summary>A frame has arrived, and its receiver's loop can see it.</summary>
    Arrived,
}
