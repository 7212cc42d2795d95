using System.Globalization;

namespace SecureCollectives.Testing.Attacks;

/// <summary>The processor time of a process's threads, as reported by Linux.</summary>
internal static class ThreadTimes
{
    private const double NanosecondsPerSecond = 1e9;

    /// <param name="process">The process's id, or "self".</param>
    /// <param name="name">A prefix of the threads' names; empty for all threads. Threads that have exited do not count.</param>
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
            // The thread exited in the meantime.
            return 0;
        }
    }
}
