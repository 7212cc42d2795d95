using SecureCollectives.Bench.Measuring;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Parameters;

/// <summary>All names that users write and read. What the library gains is added here, one line each.</summary>
internal static class Names
{
    public const string Plaintext = "plaintext";
    public const string Aead = "aead";
    public const string SystemCongestion = "system";
    public const string AutomaticSuite = "automatic";

    public static NameTable<MeasuredCollective> Collectives { get; } = new(
        ("allreduce", new MeasuredAllReduce()),
        ("allgather", new MeasuredAllGather()),
        ("allreduce-async", new MeasuredAllReduceAsync()));

    public static NameTable<TransportKind> Transports { get; } = new(
        ("tcp", TransportKind.Tcp),
        ("grpc", TransportKind.Grpc));

    public static NameTable<Protection> Protections { get; } = new(
        (Plaintext, Protection.UnsafePlaintext),
        (Aead, Protection.Aead),
        ("tls", Protection.Tls),
        ("tls+aead", Protection.TlsAndAead));

    public static NameTable<CipherSuite> Suites { get; } = new(
        (AutomaticSuite, CipherSuite.Automatic),
        ("aegis-128l", CipherSuite.Aegis128L),
        ("aegis-256", CipherSuite.Aegis256),
        ("aes-256-gcm", CipherSuite.Aes256Gcm),
        ("chacha20-poly1305", CipherSuite.ChaCha20Poly1305));

    /// <summary>By what TCP decides how much to send; see <see cref="CommunicatorOptions.CongestionControl"/>.</summary>
    public static NameTable<string?> Congestion { get; } = new(
        ("auto", null),
        (SystemCongestion, ""));

    /// <summary>Whether the library has such lanes; not every transport has to know every protection.</summary>
    public static bool IsBuilt(string transport, string protection) =>
        LaneTransports.IsBuilt(new LaneKind((TransportCode)Transports[transport], ((ProtectionCode)Protections[protection]).UsesTls));
}
