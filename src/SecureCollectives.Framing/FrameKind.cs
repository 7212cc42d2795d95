namespace SecureCollectives.Framing;

/// <summary>What a frame carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>One chunk of a collective's data.</summary>
    Data = 1,

    /// <summary>An <see cref="OperationDescriptor"/>; precedes the first data of each operation on each lane.</summary>
    Descriptor = 2,

    /// <summary>An <see cref="Acknowledgement"/>; travels against the data.</summary>
    Acknowledgement = 3,

    /// <summary>An <see cref="AbortMessage"/>; only more of its kind follow it on its lane.</summary>
    Abort = 4,

    /// <summary>
    /// An <see cref="OperationDescriptor"/> and data after it: all that a rank sends to a peer at one step of a small operation, in one
    /// frame.
    /// </summary>
    Message = 5,
}
