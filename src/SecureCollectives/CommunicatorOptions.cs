using SecureCollectives.Collectives;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives;

/// <summary>
/// How a communicator works. All ranks must open it with the same values but for the engine and the time limits: they are compared, and a
/// difference is refused everywhere, with both values named where a link joins two ranks that differ.
/// </summary>
public sealed class CommunicatorOptions
{
    private const int MinChunkBytes = 4096;
    private const int MaxChunkBytes = 1 << 20;
    private const int MaxLanes = 16;
    internal const int MaxSmallBytes = 64 * 1024;

    private static readonly TimeSpan MinLinkLifetime = TimeSpan.FromSeconds(1);

    /// <summary>What protects the data. Default <see cref="Protection.Aead"/>.</summary>
    public Protection Protection { get; set; } = Protection.Aead;

    /// <summary>
    /// The cipher of sealed chunks, where the protection seals them. Default <see cref="CipherSuite.Automatic"/>: the fastest that all
    /// workers can use. One that is asked for by name and that some worker cannot use is an error that names its rank.
    /// </summary>
    public CipherSuite Suite { get; set; } = CipherSuite.Automatic;

    /// <summary>
    /// How the ends of each link agree on its keys. Default <see cref="KeyAgreement.SecP256r1MLKEM768"/>, which a quantum computer cannot
    /// undo.
    /// </summary>
    public KeyAgreement KeyAgreement { get; set; } = KeyAgreement.SecP256r1MLKEM768;

    /// <summary>What carries the data. Default <see cref="TransportKind.Tcp"/>.</summary>
    public TransportKind Transport { get; set; } = TransportKind.Tcp;

    /// <summary>
    /// What carries the data to other workers of this host, with <see cref="TransportKind.Tcp"/>. Default
    /// <see cref="SecureCollectives.LocalTransport.Automatic"/>: what
    /// <see cref="JobOptions.LocalTransport"/> says. Ranks may differ; where one of two says TCP, it is TCP.
    /// </summary>
    public LocalTransport LocalTransport { get; set; }

    /// <summary>
    /// What computes <see cref="CipherSuite.Aes256Gcm"/> here; the one value beside the time limits in which ranks may differ. Default
    /// <see cref="CipherEngine.Automatic"/>: what <see cref="JobOptions.Engine"/> says. Another goes with a <see cref="Suite"/> that it
    /// computes, and is an error with
    /// <see cref="CipherSuite.Automatic"/>, which may choose a suite that it does not.
    /// </summary>
    public CipherEngine Engine { get; set; }

    /// <summary>
    /// Connections to each neighbour, 1 to 16. Default 1, which is enough to fill a local network from one core; more help where a single
    /// connection is held back, as on long fat networks.
    /// </summary>
    public int Lanes { get; set; } = 1;

    /// <summary>
    /// Threads that share the work of large operations, each with connections of its own to each neighbour: 1 to 16, or 0 (default) to have
    /// them chosen by the cores that each worker has, 1 for each two, up to 4. One core does not fill a 100 Gbit/s network, and seals 3 to
    /// 6 GB/s.
    /// </summary>
    /// <remarks>
    /// An operation takes one of them for each 512 KiB of its buffer (for AllGather: of the whole result). The order of summation follows:
    /// with another value the last bits of sums of floating-point numbers differ, though never between ranks. The calling thread of a
    /// synchronous call is one of the threads; for an asynchronous one the owner of the memory is asked for its span on each of them.
    /// </remarks>
    public int Channels { get; set; }

    /// <summary>
    /// Bytes that are sealed and sent at once: a power of two from 4 KiB to 1 MiB. Default (0) is 256 KiB and, where chunks are sealed, 128
    /// KiB.
    /// </summary>
    /// <remarks>
    /// Between two and four ranks of a machine with 2 MiB of L2 cache a core, sealed chunks of 128 KiB took the least time, or within 3 %
    /// of it, through memory and over TCP, from 1 MiB to 64 MiB; 512 KiB took up to 1.4 times as long. In plaintext 128 KiB took up to 1.25
    /// times as long over TCP as 256 KiB. Over networks with many microseconds of latency larger ones can be better. To choose again: the
    /// benchmark with <c>--settings chunk-bytes=64K,chunk-bytes=256K,chunk-bytes=1M</c>.
    /// </remarks>
    public int ChunkBytes { get; set; }

    /// <summary>
    /// Operations on up to this many bytes (for AllGather and those over blocks: of all ranks' blocks) go by messages, in few steps, and
    /// larger ones in chunks. AllReduce and AllGather go by recursive doubling instead of around the ring: in log2 N steps that send
    /// everything, instead of 2 (N - 1) steps that send 1/N each; Broadcast and Reduce along a tree instead of a chain. 0 to 64 KiB;
    /// default 32 KiB; with 0 all but barriers go in chunks.
    /// </summary>
    /// <remarks>
    /// Between two and four ranks of one machine recursive doubling took half of the ring's time up to 4 KiB, two thirds of it at 32 KiB,
    /// and as much at 64 KiB between two; with more ranks it sends more than the ring does. Broadcast, Reduce, Gather, ReduceScatter and
    /// AllToAll by messages took 0.4 to 0.9 of the time up to 32 KiB between four ranks, and as long, or longer, at 64 KiB. To choose
    /// again: the benchmark with <c>--min-bytes 4K --max-bytes 64K --settings small-bytes=0,small-bytes=64K</c>.
    /// </remarks>
    public int SmallBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// Ranks of each host, where hosts have equally many and ranks are counted host by host. Larger operations then go around two rings
    /// instead of one, within each host and between hosts: with L ranks on each of H hosts in 2 (L - 1) + 2 (H - 1) steps instead of 2 (L H
    /// - 1), and with no more bytes through a host's interface. Default (null): what
    /// <see cref="JobOptions.LocalWorldSize"/> says, where hosts can be equal by it. 1, or the number of all ranks, is one ring.
    /// </summary>
    /// <remarks>
    /// The order of summation follows it: with another value the last bits of sums of floating-point numbers differ, though never between
    /// ranks.
    /// </remarks>
    public int? LocalWorldSize { get; set; }

    /// <summary>
    /// The congestion control of this rank's connections, one of those in /proc/sys/net/ipv4/tcp_available_congestion_control; empty leaves
    /// the system's. Default (null): reno where the round trip takes less than a millisecond, elsewhere the system's. Each rank chooses for
    /// what it sends.
    /// </summary>
    public string? CongestionControl { get; set; }

    /// <summary>
    /// Time limit of one collective, from its turn in the queue. A call that it ends returns after it was found out who is to blame: up to
    /// five seconds later, if bytes still come, ranks do not answer and connections are stuck; usually within one. Default 5 minutes. A
    /// rank that calls late is waited for this long.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The age at which a link between two ranks is replaced: new keys, new connections, without a pause that a caller would notice. Who
    /// copied a worker's memory without being noticed reads nothing that is sent after the next replacement. Default 1 hour; from a second
    /// up. That of the lower rank counts. Links without protection have no keys, and grow as old as the communicator.
    /// </summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time limit for opening: all ranks must have called it within. Default 1 minute.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What measurements and tests change about the lanes.</summary>
    internal LaneHooks? Hooks { get; set; }

    /// <summary>
    /// Where lanes run inside TLS: how many bytes a connection may have carried when an operation begins on it. The same on all ranks; a
    /// test lowers it.
    /// </summary>
    internal long ReplaceLinksFrom { get; set; } = TlsKeyLimit.ReplaceFrom;

    /// <summary>How links are replaced; tests change it. Its lifetime is <see cref="LinkLifetime"/>.</summary>
    internal LinkKeeperOptions LinkKeeping { get => field with { Lifetime = LinkLifetime }; set; } = new();

    /// <summary>Ranks of each host where the ring is hierarchical; 1 where it has one.</summary>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of this host by what launched the job; 0 where that is not known.</param>
    internal int EffectiveLocalWorldSize(int worldSize, int localWorldSize) =>
        HierarchicalShape.IsPossible(worldSize, LocalWorldSize ?? localWorldSize) ? LocalWorldSize ?? localWorldSize : 1;

    internal int EffectiveChunkBytes => ChunkBytes != 0 ? ChunkBytes : ((ProtectionCode)Protection).SealsFrames ? 128 * 1024 : 256 * 1024;

    /// <exception cref="MembershipException">A value is impossible.</exception>
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
            $"{nameof(Engine)} {Engine} was asked for, but {nameof(Suite)} {Suite} may choose a suite that it does not compute. Set "
                + $"{nameof(Suite)} to {CipherSuite.Aes256Gcm} as"
            + $" well, on all ranks, or leave {nameof(Engine)} {CipherEngine.Automatic}");
        Require(Suite == CipherSuite.Automatic
            || AeadEngines.Has((EngineCode)Engine, (SuiteCode)Suite), $"{nameof(Engine)} {Engine} has no {Suite}");
        Require(Lanes is >= 1 and <= MaxLanes, $"{nameof(Lanes)} is {Lanes}; it can be 1 to {MaxLanes}");
        Require(Channels is >= 0 and <= GroupParameters.MaxChannels, $"{nameof(Channels)} is {Channels}; it can be 1 to "
            + $"{GroupParameters.MaxChannels}, or 0 for the default");
        Require(
            ChunkBytes == 0 || (int.IsPow2(ChunkBytes) && ChunkBytes is >= MinChunkBytes and <= MaxChunkBytes),
            $"{nameof(ChunkBytes)} is {ChunkBytes}; it can be a power of two from {MinChunkBytes} to {MaxChunkBytes}, or 0 for the "
                + "default");
        Require(SmallBytes is >= 0 and <= MaxSmallBytes, $"{nameof(SmallBytes)} is {SmallBytes}; it can be 0 to {MaxSmallBytes}");
        Require(
            LocalWorldSize is null || (LocalWorldSize >= 1 && worldSize % LocalWorldSize == 0),
            $"{nameof(LocalWorldSize)} is {LocalWorldSize}; it can be what divides the world size, {worldSize}, without remainder, or "
                + "null for what the launcher said");
        Require(IsTimeout(OperationTimeout), $"{nameof(OperationTimeout)} must be positive and at most {JobOptions.MaxTimeout.TotalDays} "
            + "days");
        Require(
            LinkLifetime >= MinLinkLifetime && LinkLifetime <= JobOptions.MaxTimeout,
            $"{nameof(LinkLifetime)} is {LinkLifetime}; it can be from {MinLinkLifetime.TotalSeconds} s to "
                + $"{JobOptions.MaxTimeout.TotalDays} days");
        Require(IsTimeout(OpenTimeout), $"{nameof(OpenTimeout)} must be positive and at most {JobOptions.MaxTimeout.TotalDays} days");
        Require(
            Protection != Protection.UnsafePlaintext || plaintextAllowed,
            "plaintext was asked for but not allowed: data could be read and changed on the way. If that is meant, set "
                + "SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 as well");
    }

    private static bool IsTimeout(TimeSpan value) => value > TimeSpan.Zero && value <= JobOptions.MaxTimeout;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new MembershipException(MembershipError.Configuration, $"The communicator's options cannot be used: {message}.");
        }
    }
}
