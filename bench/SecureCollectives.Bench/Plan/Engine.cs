using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Plan;

/// <summary>What does the cipher's work in a variant, as reports name it.</summary>
internal static class Engine
{
    private const string None = "none";

    /// <summary>.NET has TLS from it.</summary>
    private const string OfTls = "OpenSSL";

    /// <summary>Whether a protection has a choice of cipher.</summary>
    public static bool HasSuite(Protection protection) => ((ProtectionCode)protection).SealsFrames;

    /// <param name="protection">Of the variant.</param>
    /// <param name="ofChunks">What seals chunks at this worker; rank 0 speaks for all.</param>
    /// <param name="delayMicroseconds">Planted for each chunk.</param>
    public static string NameOf(Protection protection, string? ofChunks, int delayMicroseconds)
    {
        var name = HasSuite(protection) ? ofChunks ?? None : ((ProtectionCode)protection).UsesTls ? OfTls : None;
        return delayMicroseconds > 0 ? $"{name} +{delayMicroseconds}us" : name;
    }
}
