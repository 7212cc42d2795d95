namespace SecureCollectives.Framing;

/// <summary>
/// Offsets, sizes and limits of a frame, as in proto/README.md, "Frame".
/// </summary>
/// <remarks>
/// <code>
///  0       1       2       3       4               8
/// +-------+-------+-------+-------+---------------+
/// |version| kind  | phase | flags |    length     |
/// +-------+-------+-------+-------+---------------+
/// |                    counter                    |
/// +-----------------------------------------------+
/// |                   operation                   |
/// +-----------------------+-----------------------+
/// |         step          |         chunk         |
/// +-----------------------+-----------------------+
/// |            payload (length bytes) ...         |
/// +-----------------------------------------------+
/// |     tag (sealed protections: the suite's)     |
/// +-----------------------------------------------+
/// </code>
/// All integers are big-endian. The header is the associated data of the tag.
/// </remarks>
internal static class FrameFormat
{
    public const byte Version = 1;

    public const int VersionOffset = 0;
    public const int KindOffset = 1;
    public const int PhaseOffset = 2;
    public const int FlagsOffset = 3;
    public const int LengthOffset = 4;
    public const int CounterOffset = 8;
    public const int OperationOffset = 16;
    public const int StepOffset = 24;
    public const int ChunkOffset = 28;

    /// <summary>The length of a header in bytes.</summary>
    public const int HeaderLength = 32;

    /// <summary>The maximum payload of a frame in bytes.</summary>
    public const int MaxPayloadLength = 1 << 20;
}
