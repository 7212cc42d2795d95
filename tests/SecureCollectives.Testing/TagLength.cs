using SecureCollectives.Security.Keys;

namespace SecureCollectives.Testing;

/// <summary>The length of tags on the wire, in bytes.</summary>
internal static class TagLength
{
    /// <summary>Returns the length of a suite's tag; 0 in plaintext.</summary>
    public static int Of(SuiteCode suite) => suite == SuiteCode.None ? 0 : Suite.Of(suite).TagLength;
}
