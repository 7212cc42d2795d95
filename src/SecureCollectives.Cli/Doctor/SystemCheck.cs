using System.Globalization;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks kernel settings and this process's limits.</summary>
internal static class SystemCheck
{
    private const string LimitsSubject = "limits";
    private const string KernelSubject = "kernel";
    private const string CoreField = "Max core file size";

    /// <summary>In bytes. A smaller buffer cannot keep a long-distance connection busy.</summary>
    private const long SmallBuffer = 4 << 20;

    /// <param name="options">The worker's settings; null if they are unusable.</param>
    public static IEnumerable<Finding> Examine(JobOptions? options)
    {
        yield return ExamineDescriptors(options?.WorldSize ?? 1);
        if (Array.Exists(ReadLines("/proc/self/limits"), line => line.StartsWith(CoreField, StringComparison.Ordinal) && !HasNoCore(line)))
        {
            yield return Finding.Warning(LimitsSubject, "A crash writes a core dump, which contains keys and gradients.",
                "Run 'ulimit -c 0' before the worker starts.");
        }

        if (ReadNumbers("/proc/sys/net/ipv4/tcp_wmem") is [_, _, < SmallBuffer and var most])
        {
            yield return Finding.Warning(KernelSubject,
                $"The kernel limits TCP send buffers to {most} bytes, which slows connections over long distances.",
                $"Set the third number of net.ipv4.tcp_wmem, and of tcp_rmem, to {SmallBuffer} or more.");
        }

        if (options is { WorldSize: > 1, MasterPort: > 0 and var port }
            && ReadNumbers("/proc/sys/net/ipv4/ip_local_port_range") is [var low, var high] && port >= low && port <= high)
        {
            yield return Finding.Warning(KernelSubject,
                $"MASTER_PORT {port} is in the kernel's ephemeral port range ({low} to {high}), "
                    + "so another process may be using it when rank 0 starts.",
                "Choose a port outside that range, or add it to net.ipv4.ip_local_reserved_ports.");
        }
    }

    private static Finding ExamineDescriptors(int worldSize)
    {
        var needed = DescriptorLimit.OfFreshProgram + DescriptorLimit.OfWorker(worldSize);
        return DescriptorLimit.Complaint($"A worker of {worldSize}", needed, DescriptorLimit.Current()) is { } complaint
            ? Finding.Problem(LimitsSubject, complaint)
            : Finding.Good(LimitsSubject,
                $"The limit on file descriptors suffices for a world of {worldSize}, which needs about {needed}.");
    }

    private static bool HasNoCore(string line) => line[CoreField.Length..].TrimStart().StartsWith("0 ", StringComparison.Ordinal);

    private static long[] ReadNumbers(string path)
    {
        var words = ReadLines(path).SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var numbers = words.Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : (long?)null);
        return numbers.Contains(null) ? [] : [.. numbers.OfType<long>()];
    }

    /// <summary>Returns a file's lines, or none if it is missing, as in a sandbox without /proc.</summary>
    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
