using System.Globalization;
using System.Net.Sockets;

namespace SecureCollectives;

/// <summary>
/// How many file descriptors a worker needs, and how many the system gives it. A process that runs out of them fails wherever it happens to
/// open the next one: while it loads an assembly, or inside the runtime's sockets, where no message says why. So this is asked before.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>Open in a program that has just started: runtime, assemblies, standard streams.</summary>
    public const int OfFreshProgram = 96;

    /// <summary>EMFILE of Linux.</summary>
    private const int TooManyOpenFiles = 24;

    /// <summary>Assemblies that are still to be loaded (two each, until they are mapped), the control plane and its handshakes.</summary>
    private const int OfJob = 128;

    /// <summary>A control connection, and a link with its lanes.</summary>
    private const int OfPeer = 4;

    /// <summary>What a worker needs besides those descriptors that are open already.</summary>
    public static int OfWorker(int worldSize) => OfJob + (OfPeer * worldSize);

    /// <summary>The soft limit of this process; null where there is none or /proc does not say. .NET raises it to the hard one.</summary>
    public static int? Current()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/limits"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How many descriptors this process has open; 0 where /proc does not say.</summary>
    public static int InUse()
    {
        try
        {
            return Directory.GetFileSystemEntries("/proc/self/fd").Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The soft limit in the text of /proc/PID/limits; null for "unlimited".</summary>
    public static int? Parse(string limits)
    {
        const string Field = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal));
        return line?[Field.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    /// <summary>What is wrong and how to mend it, in a line; null where the limit is enough.</summary>
    /// <param name="who">The process that needs the descriptors, such as "a worker of this job"; begins the message.</param>
    /// <param name="needed">The number of descriptors that it needs, including those that are open already.</param>
    /// <param name="limit">The soft limit on its descriptors; null if unlimited or unknown.</param>
    public static string? Complaint(string who, int needed, int? limit) => limit >= needed || limit is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{who} needs about {needed} file descriptors, and the limit is {limit}. {Remedy(Round(needed))}");

    /// <summary>
    /// Returns what to do if a failure was caused by this process's limit on file descriptors: a connection made after the join may find
    /// none left.
    /// </summary>
    /// <param name="failure">The failure, with its inner exceptions.</param>
    /// <returns>Sentences that name the limit and how to raise it; null if the failure has another cause.</returns>
    public static string? Exhaustion(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } or IOException { HResult: TooManyOpenFiles })
            {
                var limit = Current();
                var wanted = Round((int)Math.Min(2L * (limit ?? 0), MostAdvised));
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"This process has no file descriptor left{(limit is null ? string.Empty : $": it has reached its limit of {limit}")}. "
                        + $"{Remedy(wanted)}");
            }
        }

        return null;
    }

    /// <summary>The kernel's default for fs.nr_open, above which no limit can be raised.</summary>
    private const int MostAdvised = 1 << 20;

    private static string Remedy(int wanted) => string.Create(
        CultureInfo.InvariantCulture,
        $"Raise it before the start: "
            + $"'ulimit -n {wanted}', LimitNOFILE={wanted} in a systemd unit, '--ulimit nofile={wanted}' for a container.");

    /// <summary>The power of two above, 1,024 at least.</summary>
    private static int Round(int needed) => Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed));
}
