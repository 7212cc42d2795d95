namespace SecureCollectives.Bench.Plan;

/// <summary>What does the cipher's work in a protection, as far as reports name it.</summary>
internal static class Engine
{
    public const string None = "none";

    /// <summary>Whether a protection has a choice of cipher.</summary>
    public static bool HasSuite(Protection protection) => protection == Protection.Aead;

    public static string NameOf(Protection protection) => protection == Protection.UnsafePlaintext ? None : "openssl";
}
