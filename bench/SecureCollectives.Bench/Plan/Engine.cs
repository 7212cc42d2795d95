using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Plan;

/// <summary>Names the implementation that encrypts a variant's data, for reports.</summary>
internal static class Engine
{
    private const string None = "none";

    /// <summary>.NET uses OpenSSL's TLS implementation.</summary>
    private const string OfTls = "OpenSSL";

    /// <summary>Returns whether a protection offers a choice of cipher.</summary>
    public static bool HasSuite(Protection protection) => ((ProtectionCode)protection).SealsFrames;

    /// <param name="protection">The variant's protection.</param>
    /// <param name="ofChunks">The engine that seals this worker's chunks; reports show rank 0's.</param>
    /// <param name="delayMicroseconds">The planted delay per chunk.</param>
    public static string NameOf(Protection protection, string? ofChunks, int delayMicroseconds)
    {
        var name = HasSuite(protection) ? ofChunks ?? None : ((ProtectionCode)protection).UsesTls ? OfTls : None;
        return delayMicroseconds > 0 ? $"{name} +{delayMicroseconds}us" : name;
    }
}
