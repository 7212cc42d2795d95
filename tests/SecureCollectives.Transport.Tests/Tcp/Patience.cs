using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>Limits for unauthenticated connections in tests that are not about time.</summary>
internal static class Patience
{
    private static readonly TimeSpan LongerThanAnyTest = TimeSpan.FromMinutes(1);

    /// <summary>Limits under which no connection is closed for being late, and the rightful worker is never late.</summary>
    public static AdmissionLimits Limits => new() { HandshakeTimeout = LongerThanAnyTest, HelloTimeout = LongerThanAnyTest };

    /// <summary>The same, but with the default limit for the hello.</summary>
    public static AdmissionLimits LimitsExceptForTheHello => Limits with { HelloTimeout = new AdmissionLimits().HelloTimeout };
}
