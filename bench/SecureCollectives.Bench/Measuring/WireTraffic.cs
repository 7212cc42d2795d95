using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The bytes that this rank's network stack has sent so far, as IP packets with headers, whatever they carry (IpExt in /proc/net/netstat).
/// Ranks in the same network namespace see the same counter, so the namespace is part of the reading.
/// </summary>
/// <param name="Namespace">Identifies the network namespace; equal for ranks that share the counter.</param>
/// <param name="SentBytes">Bytes sent, over all connections.</param>
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

    /// <summary>
    /// Returns the bytes that all ranks together sent between two readings. Counts each stack once, with the largest difference that its
    /// ranks saw.
    /// </summary>
    /// <param name="before">The first readings, by rank.</param>
    /// <param name="after">The second readings, by rank.</param>
    public static long Between(IEnumerable<WireTraffic> before, IEnumerable<WireTraffic> after) =>
        before.Zip(after).GroupBy(rank => rank.First.Namespace)
            .Sum(stack => stack.Max(rank => rank.Second.SentBytes - rank.First.SentBytes));

    /// <param name="lines">Pairs of lines: a group's field names, then its values.</param>
    public static long Parse(IEnumerable<string> lines)
    {
        string[][] group = [.. lines.Where(line => line.StartsWith(Group, StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return long.Parse(group[1][Array.IndexOf(group[0], Field)], CultureInfo.InvariantCulture);
    }
}
