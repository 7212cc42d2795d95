using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Testing;

/// <summary>The suite that workers on this machine choose.</summary>
internal static class AutomaticSuite
{
    /// <summary>The suite of a job whose workers are all on this machine.</summary>
    public static SuiteCode OfThisMachine { get; } = SuiteChoice.Order.First(LocalSuites.Installed.Usable.Contains);

    /// <summary>The announcement of a worker on this machine.</summary>
    public static SuiteAnnouncement Announcement { get; } = SuiteAnnouncement.Of(LocalSuites.Installed);

    /// <summary>A machine like this one, but without AEGIS.</summary>
    public static LocalSuites WithoutAegis { get; } = Without(SuiteCode.Aegis128L, SuiteCode.Aegis256);

    /// <summary>Returns a machine that supports all suites except the given ones.</summary>
    public static LocalSuites Without(params IEnumerable<SuiteCode> suites) =>
        new(suites.Select(static suite => (suite, "a test has removed it")));
}
