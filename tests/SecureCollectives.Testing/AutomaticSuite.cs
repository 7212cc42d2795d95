using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Testing;

/// <summary>What tests must know of the suite that workers of this machine choose.</summary>
internal static class AutomaticSuite
{
    /// <summary>Of a job whose workers are all of this machine.</summary>
    public static SuiteCode OfThisMachine { get; } = SuiteChoice.Order.First(LocalSuites.Installed.Usable.Contains);

    /// <summary>What a worker of this machine announces.</summary>
    public static SuiteAnnouncement Announcement { get; } = SuiteAnnouncement.Of(LocalSuites.Installed);

    /// <summary>A machine like this one without AEGIS.</summary>
    public static LocalSuites WithoutAegis { get; } = Without(SuiteCode.Aegis128L, SuiteCode.Aegis256);

    /// <summary>A machine that has all suites but some.</summary>
    public static LocalSuites Without(params IEnumerable<SuiteCode> suites) =>
        new(suites.Select(static suite => (suite, "a test has taken it away")));
}
