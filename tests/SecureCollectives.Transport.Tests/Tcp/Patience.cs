using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>What unauthenticated connections may cost where a test is not about time.</summary>
internal static class Patience
{
    private static readonly TimeSpan LongerThanAnyTest = TimeSpan.FromMinutes(1);

    /// <summary>Whoever is closed was not closed for being late, and the rightful worker is never late.</summary>
    public static AdmissionLimits Limits => new() { HandshakeTimeout = LongerThanAnyTest, HelloTimeout = LongerThanAnyTest };

    /// <summary>Only the hello may be late, as it is where nothing is set.</summary>
    public static AdmissionLimits LimitsExceptForTheHello => Limits with { HelloTimeout = new AdmissionLimits().HelloTimeout };
}
