using SecureCollectives.Security.Keys;

namespace SecureCollectives.Testing;

/// <summary>Bytes of the tag on the wire.</summary>
internal static class TagLength
{
    /// <summary>None in plaintext.</summary>
    public static int Of(SuiteCode suite) => suite == SuiteCode.None ? 0 : Suite.Of(suite).TagLength;
}
