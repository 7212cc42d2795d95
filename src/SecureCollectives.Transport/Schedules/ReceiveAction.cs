namespace SecureCollectives.Transport.Schedules;

/// <summary>What the loop does with a received chunk.</summary>
internal enum ReceiveAction : byte
{
    /// <summary>Copies it to the target.</summary>
    Copy,

    /// <summary>Sets the target to the operand combined with the chunk.</summary>
    Reduce,

    /// <summary>Reduces; the result is final, so an average is divided here.</summary>
    ReduceAndFinish,

    /// <summary>Reduces to a final result that other ranks also compute, each for itself: it must be bit-identical on all.</summary>
    ReduceAndFinishAlike,
}
