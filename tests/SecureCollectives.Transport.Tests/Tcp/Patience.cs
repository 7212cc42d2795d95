using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>What strangers may cost where a test is not about time.</summary>
internal static class Patience
{
    private static readonly TimeSpan LongerThanAnyTest = TimeSpan.FromMinutes(1);

    /// <summary>Whoever is closed was not closed for being late, and the rightful worker is never late.</summary>
    public static StrangerLimits Limits => new() { HandshakeTimeout = LongerThanAnyTest, HelloTimeout = LongerThanAnyTest };

    /// <summary>Only the hello may be late, as it is where nothing is set.</summary>
    public static StrangerLimits LimitsExceptForTheHello => Limits with { HelloTimeout = new StrangerLimits().HelloTimeout };
}
