using System.Collections;
using System.Globalization;
using System.Net;

namespace SecureCollectives.Transport.Links;

/// <summary>The ports at which something may listen, in the order in which they are tried.</summary>
/// <param name="First">The lowest of a range; 0 for any port that the system chooses.</param>
/// <param name="Last">The highest of the range, which belongs to it; 0 for any port.</param>
/// <param name="Start">Where in the range the search begins, from 0; it goes around.</param>
internal sealed record ListenPorts(int First, int Last, int Start) : IEnumerable<int>
{
    /// <summary>Control, and four kinds of lanes: workers of a host that begin so far apart rarely meet.</summary>
    private const int PortsPerWorker = 5;

    /// <summary>A port that the system chooses.</summary>
    public static ListenPorts Any { get; } = new(0, 0, 0);

    public bool IsRange => First != Last;

    /// <summary>A port that is left to somebody else; 0 for none.</summary>
    public int Except { get; init; }

    private int Count => Last - First + 1;

    /// <summary>One port; 0 for any.</summary>
    public static ListenPorts Of(int port) => new(port, port, 0);

    /// <summary>Reads "29600-29700".</summary>
    public static bool TryParse(string text, out ListenPorts ports)
    {
        ports = Any;
        if (text.Split('-') is not [var low, var high] || !TryParsePort(low, out var first) || !TryParsePort(high, out var last)
            || last < first)
        {
            return false;
        }

        ports = new ListenPorts(first, last, 0);
        return true;
    }

    /// <summary>The same ports, beginning where a rank begins.</summary>
    public ListenPorts From(int rank) => this with { Start = (int)((long)rank * PortsPerWorker % Count) };

    public IEnumerator<int> GetEnumerator() =>
        Enumerable.Range(0, Count).Select(step => First + (Start + step) % Count).Where(port => port == 0 || port != Except)
            .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What to say when none is free.</summary>
    public string Exhausted(IPAddress address) => string.Create(
        CultureInfo.InvariantCulture,
        $"All ports of the range {First}-{Last} are in use at {address}. Each worker of a host takes one for control, but for rank 0, "
            + $"and one for each kind of lanes that it uses, {PortsPerWorker} at most.");

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
