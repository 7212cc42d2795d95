using System.Globalization;
using System.Net.Sockets;

namespace SecureCollectives;

/// <summary>
/// Compares the number of file descriptors that a worker needs with its limit. A process that runs out fails wherever it happens to open
/// the next one, such as while loading an assembly or inside the runtime's sockets, without a message that says why. The limit is therefore
/// checked beforehand.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>
    /// The descriptors that a program has open just after starting: those of the runtime, assemblies and standard streams.
    /// </summary>
    public const int OfFreshProgram = 96;

    /// <summary>EMFILE on Linux.</summary>
    private const int TooManyOpenFiles = 24;

    /// <summary>
    /// The descriptors for assemblies yet to be loaded (two each, until they are mapped) and for the control plane with its handshakes.
    /// </summary>
    private const int OfJob = 128;

    /// <summary>The descriptors for each peer: a control connection, and a link with its lanes.</summary>
    private const int OfPeer = 4;

    /// <summary>Returns the number of descriptors that a worker needs in addition to those already open.</summary>
    public static int OfWorker(int worldSize) => OfJob + (OfPeer * worldSize);

    /// <summary>
    /// Returns this process's soft limit, which .NET raises to the hard limit; null if it is unlimited or /proc cannot be read.
    /// </summary>
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

    /// <summary>Returns the number of descriptors that this process has open; 0 if /proc cannot be read.</summary>
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

    /// <summary>Parses the soft limit in the text of /proc/PID/limits; null for "unlimited".</summary>
    public static int? Parse(string limits)
    {
        const string Field = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal));
        return line?[Field.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    /// <summary>Returns a line that says what is wrong and how to fix it; null if the limit suffices.</summary>
    /// <param name="who">The process that needs the descriptors, such as "a worker of this job"; begins the message.</param>
    /// <param name="needed">The number of descriptors that it needs, including those that are open already.</param>
    /// <param name="limit">The soft limit on its descriptors; null if unlimited or unknown.</param>
    public static string? Complaint(string who, int needed, int? limit) => limit >= needed || limit is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{who} needs about {needed} file descriptors, but the limit is {limit}. {Remedy(Round(needed))}");

    /// <summary>
    /// Returns what to do if a failure was caused by this process's limit on file descriptors, which a connection made after the join may
    /// also reach.
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
        $"Raise it before starting: "
            + $"'ulimit -n {wanted}', LimitNOFILE={wanted} in a systemd unit, '--ulimit nofile={wanted}' for a container.");

    /// <summary>Rounds up to a power of two, at least 1,024.</summary>
    private static int Round(int needed) => Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed));
}
