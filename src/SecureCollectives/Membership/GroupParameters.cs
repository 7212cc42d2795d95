using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The parameters on which the ranks of a communicator agree when it opens.</summary>
internal sealed class GroupParameters
{
    /// <summary>The name of <see cref="LocalWorldSize"/> in the parameter list.</summary>
    public const string LocalWorldSizeName = "local-world-size";

    /// <summary>More channels than a worker has cores for.</summary>
    public const int MaxChannels = 16;

    /// <summary>The channel of the links that carry Send from the lower rank of a pair to the higher.</summary>
    public const int UpwardStream = MaxChannels;

    /// <summary>The channel of the links that carry Send from the higher rank of a pair to the lower.</summary>
    public const int DownwardStream = MaxChannels + 1;

    /// <summary>The highest channel number of a link.</summary>
    public const int LastChannel = DownwardStream;

    /// <param name="options">The communicator's options.</param>
    /// <param name="suite">The suite that seals frames, if the protection seals them.</param>
    /// <param name="localWorldSize">The number of ranks per host of a hierarchical ring; 1 for a single ring.</param>
    /// <param name="channels">The number of channels if the options do not set it.</param>
    /// <param name="members">The members; null for all ranks of the job.</param>
    public GroupParameters(CommunicatorOptions options, SuiteCode suite, int localWorldSize = 1, int channels = 1,
        GroupMembers? members = null)
    {
        Protection = (ProtectionCode)options.Protection;
        Suite = Protection.SealsFrames ? suite : SuiteCode.None;
        KeyAgreement = (KeyAgreementCode)options.KeyAgreement;
        Transport = (TransportCode)options.Transport;
        LaneCount = checked((ushort)options.Lanes);
        Channels = options.Channels == 0 ? channels : options.Channels;
        ChunkBytes = options.EffectiveChunkBytes;
        SmallBytes = options.SmallBytes;
        LocalWorldSize = localWorldSize;
        List = new ParameterList(
            ("protocol", LinkTranscript.ProtocolVersion),
            ("transport", Transport),
            ("protection", Protection),
            ("suite", Suite),
            ("key-agreement", KeyAgreement),
            ("lanes", LaneCount),
            ("channels", Channels),
            ("channel-bytes", ChannelSplit.MinBytes),
            ("slice-bytes", RingPartition.SliceBytes),
            ("chunk-bytes", ChunkBytes),
            ("small-bytes", SmallBytes),
            (LocalWorldSizeName, LocalWorldSize),
            ("ranks", (members ?? GroupMembers.All(0, 1)).Parameter));
    }

    public ProtectionCode Protection { get; }

    public SuiteCode Suite { get; }

    public KeyAgreementCode KeyAgreement { get; }

    public TransportCode Transport { get; }

    /// <summary>The kind of the communicator's lanes.</summary>
    public LaneKind Lanes => new(Transport, Protection.UsesTls);

    public ushort LaneCount { get; }

    public int Channels { get; }

    public int ChunkBytes { get; }

    public int SmallBytes { get; }

    /// <summary>The longest frame payload in bytes: a chunk, or a message with its descriptor.</summary>
    public int LongestPayload => Math.Max(ChunkBytes, OperationDescriptor.Length + Math.Max(SmallBytes, Envelope.Length));

    /// <summary>The number of ranks per host of a hierarchical ring; 1 for a single ring.</summary>
    public int LocalWorldSize { get; }

    /// <summary>All parameters, as they are compared and hashed.</summary>
    public ParameterList List { get; }
}
