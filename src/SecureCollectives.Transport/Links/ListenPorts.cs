using System.Collections;
using System.Globalization;
using System.Net;

namespace SecureCollectives.Transport.Links;

/// <summary>The ports that a listener may use, in the order in which it tries them.</summary>
/// <param name="First">The lowest port in the range; 0 to let the system choose a port.</param>
/// <param name="Last">The highest port in the range, inclusive; 0 to let the system choose a port.</param>
/// <param name="Start">Where in the range the search begins, counting from 0; the search wraps around.</param>
internal sealed record ListenPorts(int First, int Last, int Start) : IEnumerable<int>
{
    /// <summary>
    /// One port for control and one for each of four kinds of lanes. Workers on a host start this far apart, so they rarely collide.
    /// </summary>
    private const int PortsPerWorker = 5;

    /// <summary>A port that the system chooses.</summary>
    public static ListenPorts Any { get; } = new(0, 0, 0);

    public bool IsRange => First != Last;

    /// <summary>A port in the range that must not be used because it is reserved for another listener; 0 for none.</summary>
    public int Except { get; init; }

    private int Count => Last - First + 1;

    /// <summary>One port; 0 for any.</summary>
    public static ListenPorts Of(int port) => new(port, port, 0);

    /// <summary>Parses a range such as "29600-29700".</summary>
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

    /// <summary>Returns the same ports, starting at the port where a rank begins its search.</summary>
    public ListenPorts From(int rank) => this with { Start = (int)((long)rank * PortsPerWorker % Count) };

    public IEnumerator<int> GetEnumerator() =>
        Enumerable.Range(0, Count).Select(step => First + (Start + step) % Count).Where(port => port == 0 || port != Except)
            .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the message for when no port is free.</summary>
    public string Exhausted(IPAddress address) => string.Create(
        CultureInfo.InvariantCulture,
        $"All ports in the range {First}-{Last} are in use at {address}. Each worker on a host takes one for control (except rank 0) "
            + $"and one for each kind of lane that it uses, at most {PortsPerWorker} in total.");

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
