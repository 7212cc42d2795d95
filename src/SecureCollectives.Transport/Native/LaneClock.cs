using System.Diagnostics;

namespace SecureCollectives.Transport.Native;

/// <summary>The clock of the listeners' deadlines and budgets: it only goes forward.</summary>
internal static class LaneClock
{
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
