namespace SecureCollectives.Rpc.Tests;

/// <summary>The limit of every wait in these tests: generous, because reaching it means a hang.</summary>
internal static class TestLimits
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
}
