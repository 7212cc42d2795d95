namespace SecureCollectives.Transport.Schedules;

/// <summary>What becomes of a received chunk.</summary>
internal enum ReceiveAction : byte
{
    /// <summary>It is the target's content.</summary>
    Copy,

    /// <summary>Target = operand combined with it.</summary>
    Reduce,

    /// <summary>The same, and the result is final: an average is divided here.</summary>
    ReduceAndFinish,

    /// <summary>The same, and other ranks compute the same result for themselves: every bit of it must come out alike.</summary>
    ReduceAndFinishAlike,
}
