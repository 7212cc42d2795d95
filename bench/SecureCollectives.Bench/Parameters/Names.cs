using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Parameters;

/// <summary>All names that users write and read. What the library gains is added here, one line each.</summary>
internal static class Names
{
    public const string Plaintext = "plaintext";

    public static NameTable<MeasuredCollective> Collectives { get; } = new(
        ("allreduce", new MeasuredAllReduce()),
        ("allgather", new MeasuredAllGather()),
        ("allreduce-async", new MeasuredAllReduceAsync()));

    /// <summary>How a communicator's options ask for a transport.</summary>
    public static NameTable<Action<CommunicatorOptions>> Transports { get; } = new(
        ("tcp", static _ => { }));

    public static NameTable<Protection> Protections { get; } = new(
        (Plaintext, Protection.UnsafePlaintext),
        ("aead", Protection.Aead));

    public static NameTable<CipherSuite> Suites { get; } = new(
        ("aes-256-gcm", CipherSuite.Aes256Gcm),
        ("chacha20-poly1305", CipherSuite.ChaCha20Poly1305));
}
