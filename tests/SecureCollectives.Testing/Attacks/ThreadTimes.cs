using System.Globalization;

namespace SecureCollectives.Testing.Attacks;

/// <summary>The processor time of a process's threads, as Linux tells it.</summary>
internal static class ThreadTimes
{
    private const double NanosecondsPerSecond = 1e9;

    /// <param name="process">Its id, or "self".</param>
    /// <param name="name">How the names of the threads begin; all of them where it is empty. Threads that have ended do not count.</param>
    /// <returns>Seconds.</returns>
    public static double Of(string process, string name) =>
        Directory.GetDirectories($"/proc/{process}/task").Sum(thread => Of(thread, name, "schedstat"));

    private static double Of(string thread, string name, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(name, StringComparison.Ordinal)
                ? long.Parse(File.ReadAllText(Path.Combine(thread, file)).Split(' ')[0],
                    CultureInfo.InvariantCulture) / NanosecondsPerSecond
                : 0;
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return 0;
        }
    }
}
