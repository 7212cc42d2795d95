using SecureCollectives.Bench.Measuring;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Parameters;

/// <summary>All names that users write and read. Add a line here for each new feature of the library.</summary>
internal static class Names
{
    public const string Plaintext = "plaintext";
    public const string Aead = "aead";
    public const string Memory = "memory";
    public const string Tcp = "tcp";
    public const string OwnCongestion = "auto";
    public const string SystemCongestion = "system";
    public const string AutomaticSuite = "automatic";
    public const string Aes256Gcm = "aes-256-gcm";

    public static NameTable<MeasuredCollective> Collectives { get; } = new(
        ("allreduce", new MeasuredAllReduce()),
        ("allgather", new MeasuredAllGather()),
        ("allreduce-async", new MeasuredAllReduceAsync()),
        ("reducescatter", new MeasuredReduceScatter()),
        ("broadcast", new MeasuredBroadcast()),
        ("reduce", new MeasuredReduce()),
        ("gather", new MeasuredGather()),
        ("scatter", new MeasuredScatter()),
        ("alltoall", new MeasuredAllToAll()),
        ("allgatherv", new MeasuredAllGatherV()),
        ("reducescatterv", new MeasuredReduceScatterV()),
        ("gatherv", new MeasuredGatherV()),
        ("scatterv", new MeasuredScatterV()),
        ("alltoallv", new MeasuredAllToAllV()),
        ("sendreceive", new MeasuredSendReceive()));

    /// <summary>"memory", the default, uses memory within a host and TCP between hosts; "tcp" uses TCP within a host as well.</summary>
    public static NameTable<BenchTransport> Transports { get; } = new(
        (Memory, new BenchTransport(TransportKind.Tcp, LocalTransport.Memory)),
        (Tcp, new BenchTransport(TransportKind.Tcp, LocalTransport.Tcp)),
        ("grpc", new BenchTransport(TransportKind.Grpc, LocalTransport.Tcp)));

    public static NameTable<Protection> Protections { get; } = new(
        (Plaintext, Protection.UnsafePlaintext),
        (Aead, Protection.Aead),
        ("tls", Protection.Tls),
        ("tls+aead", Protection.TlsAndAead));

    public static NameTable<CipherSuite> Suites { get; } = new(
        (AutomaticSuite, CipherSuite.Automatic),
        ("aegis-128l", CipherSuite.Aegis128L),
        ("aegis-256", CipherSuite.Aegis256),
        (Aes256Gcm, CipherSuite.Aes256Gcm),
        ("chacha20-poly1305", CipherSuite.ChaCha20Poly1305));

    /// <summary>Congestion controls of TCP; see <see cref="CommunicatorOptions.CongestionControl"/>.</summary>
    public static NameTable<string?> Congestion { get; } = new(
        (OwnCongestion, null),
        (SystemCongestion, ""));

    /// <summary>
    /// Returns whether the library supports a protection over a transport. A transport need not support every protection.
    /// </summary>
    public static bool IsBuilt(string transport, string protection) =>
        LaneTransports.IsBuilt(new LaneKind((TransportCode)Transports[transport].Kind, ((ProtectionCode)Protections[protection]).UsesTls));
}
