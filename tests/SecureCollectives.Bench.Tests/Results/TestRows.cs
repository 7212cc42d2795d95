using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Tests.Results;

/// <summary>Rows with known values.</summary>
internal static class TestRows
{
    public static ResultRow Plaintext { get; } = new(
        "allreduce", "tcp", "auto", null, "plaintext", null, "none", 4, 65536, "float", "sum", 15, new TimeSummary(40, 50, null), 1.3107,
            1.9661, 0, 3.01, 0.1337, 1.25, Overhead.Unknown, [40, 60]);

    public static ResultRow Aead { get; } = new(
        "allreduce", "tcp", "auto", null, "aead", "aes-256-gcm", "OpenSSL", 4, 65536, "float", "sum", 15, new TimeSummary(100, 110, null),
            0.5958, 0.8937, 2, 6.5, 0.25, 1.5, new Overhead(57.5, 32.1, 67.7), [100, 120]);
}
