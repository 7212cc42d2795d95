using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// What this rank's network stack has sent so far: IP packets with their headers, whatever is inside them (tcp(7), IpExt of
/// /proc/net/netstat). Ranks in one network namespace see the same counter, so it is told which that is.
/// </summary>
/// <param name="Namespace">The same for ranks that share the counter.</param>
/// <param name="SentBytes">Of all connections.</param>
internal sealed record WireTraffic(long Namespace, long SentBytes)
{
    private const string Group = "IpExt:";
    private const string Field = "OutOctets";

    public static WireTraffic Now()
    {
        var name = File.ReadAllText("/proc/sys/kernel/random/boot_id") + File
            .ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)?.Name;
        return new WireTraffic(
            BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name))), Parse(File.ReadLines("/proc/self/net/netstat")));
    }

    /// <summary>What all ranks together have sent between two readings: each stack once, by the reading of it that saw the most.</summary>
    /// <param name="before">By rank.</param>
    /// <param name="after">By rank.</param>
    public static long Between(IEnumerable<WireTraffic> before, IEnumerable<WireTraffic> after) =>
        before.Zip(after).GroupBy(rank => rank.First.Namespace)
            .Sum(stack => stack.Max(rank => rank.Second.SentBytes - rank.First.SentBytes));

    /// <param name="lines">Pairs of lines: a group's field names, then their values.</param>
    public static long Parse(IEnumerable<string> lines)
    {
        string[][] group = [.. lines.Where(line => line.StartsWith(Group, StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return long.Parse(group[1][Array.IndexOf(group[0], Field)], CultureInfo.InvariantCulture);
    }
}
