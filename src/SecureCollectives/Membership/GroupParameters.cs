using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>What the ranks of a communicator agree on when it opens.</summary>
internal sealed class GroupParameters
{
    /// <summary>What <see cref="LocalWorldSize"/> is called where lists are compared.</summary>
    public const string LocalWorldSizeName = "local-world-size";

    /// <summary>More than a worker has cores for.</summary>
    public const int MaxChannels = 16;

    /// <summary>The channel of links for calls of Send from the lower rank of a pair to the higher.</summary>
    public const int UpwardStream = MaxChannels;

    /// <summary>The same from the higher to the lower.</summary>
    public const int DownwardStream = MaxChannels + 1;

    /// <summary>The last channel that a link can be of.</summary>
    public const int LastChannel = DownwardStream;

    /// <param name="options">How the communicator works.</param>
    /// <param name="suite">What its frames are sealed with, where its protection seals them.</param>
    /// <param name="localWorldSize">Ranks of each host where the ring is hierarchical; 1 where it has one.</param>
    /// <param name="channels">Channels where the options leave their number open.</param>
    /// <param name="members">Who takes part; null for all.</param>
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

    /// <summary>What its lanes are made of.</summary>
    public LaneKind Lanes => new(Transport, Protection.UsesTls);

    public ushort LaneCount { get; }

    public int Channels { get; }

    public int ChunkBytes { get; }

    public int SmallBytes { get; }

    /// <summary>Bytes of the longest payload of a frame: a chunk's, or a message's with its descriptor.</summary>
    public int LongestPayload => Math.Max(ChunkBytes, OperationDescriptor.Length + Math.Max(SmallBytes, Envelope.Length));

    /// <summary>Ranks of each host where the ring is hierarchical; 1 where it has one.</summary>
    public int LocalWorldSize { get; }

    /// <summary>All of them, as they are compared and hashed.</summary>
    public ParameterList List { get; }
}
