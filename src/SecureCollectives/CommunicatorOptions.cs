using SecureCollectives.Collectives;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives;

/// <summary>
/// The options of a communicator. All ranks must open it with the same values; <see cref="LocalTransport"/>, <see cref="Engine"/>,
/// <see cref="CongestionControl"/>, <see cref="LinkLifetime"/> and the time limits may differ. The ranks compare the values when they open
/// the communicator, and opening fails on all ranks if they differ. If a link connects two ranks that differ, the error names both values.
/// </summary>
public sealed class CommunicatorOptions
{
    private const int MinChunkBytes = 4096;
    private const int MaxChunkBytes = 1 << 20;
    private const int MaxLanes = 16;
    internal const int MaxSmallBytes = 64 * 1024;

    private static readonly TimeSpan MinLinkLifetime = TimeSpan.FromSeconds(1);

    /// <summary>How the data is protected. Default <see cref="Protection.Aead"/>.</summary>
    public Protection Protection { get; set; } = Protection.Aead;

    /// <summary>
    /// The cipher that seals chunks, if the protection seals them. Default <see cref="CipherSuite.Automatic"/>: the fastest that all
    /// workers can use. Opening fails if a worker cannot use a suite that is set explicitly; the error names its rank.
    /// </summary>
    public CipherSuite Suite { get; set; } = CipherSuite.Automatic;

    /// <summary>
    /// How the two ends of each link agree on its keys. Default <see cref="KeyAgreement.SecP256r1MLKEM768"/>, which stays secure against an
    /// attacker with a quantum computer.
    /// </summary>
    public KeyAgreement KeyAgreement { get; set; } = KeyAgreement.SecP256r1MLKEM768;

    /// <summary>The transport that carries the data. Default <see cref="TransportKind.Tcp"/>.</summary>
    public TransportKind Transport { get; set; } = TransportKind.Tcp;

    /// <summary>
    /// The transport between workers on the same host, if <see cref="Transport"/> is <see cref="TransportKind.Tcp"/>. Default
    /// <see cref="SecureCollectives.LocalTransport.Automatic"/>: the value of <see cref="JobOptions.LocalTransport"/>. Ranks may differ; if
    /// either of two workers requires TCP, they use TCP.
    /// </summary>
    public LocalTransport LocalTransport { get; set; }

    /// <summary>
    /// The engine that computes <see cref="CipherSuite.Aes256Gcm"/> on this worker; ranks may differ. Default
    /// <see cref="CipherEngine.Automatic"/>: the value of <see cref="JobOptions.Engine"/>. Any other value requires a <see cref="Suite"/>
    /// that the engine computes. It is an error with <see cref="CipherSuite.Automatic"/>, which may choose a suite that the engine does not
    /// compute.
    /// </summary>
    public CipherEngine Engine { get; set; }

    /// <summary>
    /// The number of connections to each neighbour per channel, 1 to 16. Default 1, with which one core can saturate a local network. More
    /// lanes help where the throughput of a single connection is limited, as on networks with high bandwidth and long round trips.
    /// </summary>
    public int Lanes { get; set; } = 1;

    /// <summary>
    /// The number of threads that share the work of large operations, each with its own connections to each neighbour: 1 to 16, or 0
    /// (default) for one per two cores of the worker with the fewest, up to 4. One core seals 3 to 6 GB/s and does not saturate a
    /// 100 Gbit/s network.
    /// </summary>
    /// <remarks>
    /// An operation uses one channel per 512 KiB of its buffer (for AllGather: of the whole result). The number of channels determines the
    /// order of summation: with a different value, the last bits of floating-point sums differ, but never between ranks. In a synchronous
    /// call the calling thread serves one of the channels. In an asynchronous call, the library accesses the span of the caller's
    /// <see cref="Memory{T}"/> on each channel's thread.
    /// </remarks>
    public int Channels { get; set; }

    /// <summary>
    /// The size in bytes of a chunk, the unit of sealing and sending: a power of two from 4 KiB to 1 MiB. Default (0): 128 KiB if chunks
    /// are sealed, otherwise 256 KiB.
    /// </summary>
    /// <remarks>
    /// Measured between two and four ranks on one machine with 2 MiB of L2 cache per core, from 1 MiB to 64 MiB, through shared memory and
    /// over TCP: sealed chunks of 128 KiB took the least time, or within 3 % of it; 512 KiB took up to 1.4 times as long. In plaintext over
    /// TCP, 128 KiB took up to 1.25 times as long as 256 KiB. Larger chunks can be better on networks with a latency of many microseconds.
    /// To measure, run the benchmark with <c>--settings chunk-bytes=64K,chunk-bytes=256K,chunk-bytes=1M</c>.
    /// </remarks>
    public int ChunkBytes { get; set; }

    /// <summary>
    /// Operations of up to this many bytes (for AllGather and the collectives over blocks: the total of all ranks' blocks) are sent as
    /// messages, in few steps; larger ones are sent in chunks. For small operations, AllReduce and AllGather use recursive doubling instead
    /// of a ring: log2 N steps that send everything, instead of 2 (N - 1) steps that send 1/N each. Broadcast and Reduce use a tree instead
    /// of a chain. 0 to 64 KiB; default 32 KiB; with 0, everything except barriers is sent in chunks.
    /// </summary>
    /// <remarks>
    /// Measured between ranks on one machine: with two and four ranks, recursive doubling took half of the ring's time up to 4 KiB and two
    /// thirds at 32 KiB; at 64 KiB, it took as long as the ring between two ranks. With more ranks it sends more than the ring does.
    /// Between four ranks, Broadcast, Reduce, Gather, ReduceScatter and AllToAll sent as messages took 0.4 to 0.9 times as long up to
    /// 32 KiB, and as long or longer at 64 KiB. To measure, run the benchmark with
    /// <c>--min-bytes 4K --max-bytes 64K --settings small-bytes=0,small-bytes=64K</c>.
    /// </remarks>
    public int SmallBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// The number of ranks per host, if all hosts have the same number and ranks are numbered host by host. It must divide the world size.
    /// Larger operations then use two rings, one within each host and one between hosts: with L ranks on each of H hosts, AllReduce takes
    /// 2 (L - 1) + 2 (H - 1) steps instead of 2 (L H - 1), and sends no more bytes through a host's network interface. Default (null): the
    /// value of <see cref="JobOptions.LocalWorldSize"/> if it divides the world size. 1, or the total number of ranks, selects a single
    /// ring.
    /// </summary>
    /// <remarks>
    /// The number determines the order of summation: with a different value, the last bits of floating-point sums differ, but never
    /// between ranks.
    /// </remarks>
    public int? LocalWorldSize { get; set; }

    /// <summary>
    /// The TCP congestion control of this rank's connections: one of those in /proc/sys/net/ipv4/tcp_available_congestion_control, or empty
    /// for the system's default. Default (null): reno if the round trip takes less than a millisecond, otherwise the system's default.
    /// Applies to the data that this rank sends; ranks may differ.
    /// </summary>
    public string? CongestionControl { get; set; }

    /// <summary>
    /// The time limit for one collective, counted from its turn in the queue. It also limits how long a rank waits for another that makes
    /// the call late. A call that times out throws once the ranks have agreed on the failed rank: usually within one second, or within
    /// five seconds if data is still arriving, ranks do not answer or connections are stuck. Default 5 minutes.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The age at which a link between two ranks is replaced, with new keys and new connections and without a pause that a caller would
    /// notice. An attacker who has copied a worker's memory unnoticed cannot read data sent after the next replacement. The value of the
    /// link's lower rank applies. At least 1 second; default 1 hour. Links without protection have no keys and are not replaced because of
    /// their age.
    /// </summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The time limit for opening the communicator: all ranks must open it within this time. Default 1 minute.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Hooks into the lanes, for measurements and tests.</summary>
    internal LaneHooks? Hooks { get; set; }

    /// <summary>
    /// For lanes inside TLS: the maximum number of bytes that a connection may have carried when an operation starts on it; above this,
    /// the link is replaced first. The same on all ranks. Tests lower it.
    /// </summary>
    internal long ReplaceLinksFrom { get; set; } = TlsKeyLimit.ReplaceFrom;

    /// <summary>How links are replaced; tests change it. Its lifetime is always <see cref="LinkLifetime"/>.</summary>
    internal LinkKeeperOptions LinkKeeping { get => field with { Lifetime = LinkLifetime }; set; } = new();

    /// <summary>Returns the ranks per host of a hierarchical ring, or 1 for a single ring.</summary>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="localWorldSize">The number of ranks on this host according to the launcher; 0 if unknown.</param>
    internal int EffectiveLocalWorldSize(int worldSize, int localWorldSize) =>
        HierarchicalShape.IsPossible(worldSize, LocalWorldSize ?? localWorldSize) ? LocalWorldSize ?? localWorldSize : 1;

    internal int EffectiveChunkBytes => ChunkBytes != 0 ? ChunkBytes : ((ProtectionCode)Protection).SealsFrames ? 128 * 1024 : 256 * 1024;

    /// <exception cref="MembershipException">A value is out of range or not allowed.</exception>
    internal void Validate(bool plaintextAllowed, int worldSize)
    {
        Require(Enum.IsDefined(Protection), $"{nameof(Protection)} {Protection} is unknown");
        Require(Enum.IsDefined(Suite), $"{nameof(Suite)} {Suite} is unknown");
        Require(Enum.IsDefined(KeyAgreement), $"{nameof(KeyAgreement)} {KeyAgreement} is unknown");
        Require(Enum.IsDefined(Transport), $"{nameof(Transport)} {Transport} is unknown");
        Require(Enum.IsDefined(LocalTransport), $"{nameof(LocalTransport)} {LocalTransport} is unknown");
        Require(Enum.IsDefined(Engine), $"{nameof(Engine)} {Engine} is unknown");
        Require(
            Engine == CipherEngine.Automatic || Suite != CipherSuite.Automatic || !((ProtectionCode)Protection).SealsFrames,
            $"{nameof(Engine)} {Engine} was requested, but {nameof(Suite)} {Suite} may choose a suite that it does not compute. "
                + $"Set {nameof(Suite)} to {CipherSuite.Aes256Gcm} as"
            + $" well, on all ranks, or leave {nameof(Engine)} {CipherEngine.Automatic}");
        Require(Suite == CipherSuite.Automatic
            || AeadEngines.Has((EngineCode)Engine, (SuiteCode)Suite), $"{nameof(Engine)} {Engine} does not support {Suite}");
        Require(Lanes is >= 1 and <= MaxLanes, $"{nameof(Lanes)} is {Lanes}; it must be 1 to {MaxLanes}");
        Require(Channels is >= 0 and <= GroupParameters.MaxChannels, $"{nameof(Channels)} is {Channels}; "
            + $"it must be 1 to {GroupParameters.MaxChannels}, or 0 for the default");
        Require(
            ChunkBytes == 0 || (int.IsPow2(ChunkBytes) && ChunkBytes is >= MinChunkBytes and <= MaxChunkBytes),
            $"{nameof(ChunkBytes)} is {ChunkBytes}; "
                + $"it must be a power of two from {MinChunkBytes} to {MaxChunkBytes}, or 0 for the default");
        Require(SmallBytes is >= 0 and <= MaxSmallBytes, $"{nameof(SmallBytes)} is {SmallBytes}; it must be 0 to {MaxSmallBytes}");
        Require(
            LocalWorldSize is null || (LocalWorldSize >= 1 && worldSize % LocalWorldSize == 0),
            $"{nameof(LocalWorldSize)} is {LocalWorldSize}; "
                + $"it must divide the world size, {worldSize}, or be null for the launcher's value");
        Require(IsTimeout(OperationTimeout), $"{nameof(OperationTimeout)} must be positive "
            + $"and at most {JobOptions.MaxTimeout.TotalDays} days");
        Require(
            LinkLifetime >= MinLinkLifetime && LinkLifetime <= JobOptions.MaxTimeout,
            $"{nameof(LinkLifetime)} is {LinkLifetime}; "
                + $"it must be from {MinLinkLifetime.TotalSeconds} s to {JobOptions.MaxTimeout.TotalDays} days");
        Require(IsTimeout(OpenTimeout), $"{nameof(OpenTimeout)} must be positive and at most {JobOptions.MaxTimeout.TotalDays} days");
        Require(
            Protection != Protection.UnsafePlaintext || plaintextAllowed,
            "plaintext was requested but is not allowed: data could be read and changed in transit. "
                + "If this is intended, set SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 as well");
    }

    private static bool IsTimeout(TimeSpan value) => value > TimeSpan.Zero && value <= JobOptions.MaxTimeout;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new MembershipException(MembershipError.Configuration, $"The communicator's options are invalid: {message}.");
        }
    }
}
