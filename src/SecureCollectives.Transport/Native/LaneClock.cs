using System.Diagnostics;

namespace SecureCollectives.Transport.Native;

/// <summary>The monotonic clock for the listeners' deadlines and budgets.</summary>
internal static class LaneClock
{
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
