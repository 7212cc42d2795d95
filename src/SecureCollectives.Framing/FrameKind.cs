namespace SecureCollectives.Framing;

/// <summary>The kind of a frame.</summary>
internal enum FrameKind : byte
{
    /// <summary>One chunk of a collective's data.</summary>
    Data = 1,

    /// <summary>An <see cref="OperationDescriptor"/>, which precedes the first data of each operation on each lane.</summary>
    Descriptor = 2,

    /// <summary>An <see cref="Acknowledgement"/>, which travels in the opposite direction to the data.</summary>
    Acknowledgement = 3,

    /// <summary>An <see cref="AbortMessage"/>; only further aborts may follow it on its lane.</summary>
    Abort = 4,

    /// <summary>
    /// An <see cref="OperationDescriptor"/> followed by data: everything that a rank sends to a peer in one step of a small operation, in
    /// one frame.
    /// </summary>
    Message = 5,
}
