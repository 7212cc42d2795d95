using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SecureCollectives.Bench.Results;

/// <summary>The properties of rank 0's machine that affect the figures.</summary>
internal sealed partial record MachineDescription(
    int Cores, string Processor, string Kernel, string Runtime, string CongestionControl, string Architecture)
{
    private const string Unknown = "unknown";

    public static MachineDescription OfThisOne() => new(
        Environment.ProcessorCount,
        ProcessorName(ReadOrNothing("/proc/cpuinfo")),
        ReadOrNothing("/proc/sys/kernel/osrelease") is { Length: > 0 } release ? release : Unknown,
        RuntimeInformation.FrameworkDescription,
        ReadOrNothing("/proc/sys/net/ipv4/tcp_congestion_control") is { Length: > 0 } control ? control : Unknown,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());

    /// <summary>Returns the first processor's name in /proc/cpuinfo; arm64 kernels do not give one.</summary>
    public static string ProcessorName(string cpuInfo) =>
        ModelName().Match(cpuInfo) is { Success: true } match ? match.Groups[1].Value.Trim() : Unknown;

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^model name\s*:\s*(.+)$", RegexOptions.Multiline)]
    private static partial Regex ModelName();
}
