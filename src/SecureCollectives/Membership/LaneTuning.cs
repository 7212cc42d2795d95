using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Membership;

/// <summary>What is set on each network connection of a communicator before it carries data. It changes speed alone.</summary>
internal static class LaneTuning
{
    private const string NearChoice = "reno";

    /// <summary>
    /// Round trips below it are those of one machine or one room. There a system's bbr paces packets by timers that are coarser than the
    /// round trip: with reno, 16 MiB in plaintext went 1.4 times as fast between two and between four ranks of one machine, sealed 1.2 and
    /// 1.5 times; cubic is about equal to reno between two and 1.2 times slower between four. Far away losses are the network's business,
    /// and the system's choice stands. To choose again: the benchmark with
    /// <c>--congestion auto,system</c>, once with each of tcp_available_congestion_control as the system's.
    /// </summary>
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(1);

    /// <param name="link">The link, with its lanes connected.</param>
    /// <param name="communicator">Named in the log.</param>
    /// <param name="congestionControl">The algorithm; empty for the system's, null for the measured choice.</param>
    /// <param name="logger">Told when the kernel refuses.</param>
    public static void Apply(Link link, string communicator, string? congestionControl, ILogger logger)
    {
        if (link.Medium != MediumCode.Network)
        {
            return;
        }

        foreach (var lane in link.Lanes)
        {
            var descriptor = lane.Lane.Descriptor;
            var name = congestionControl
                ?? (descriptor >= 0 && CongestionControl.RoundTripTime(descriptor) < Near ? NearChoice : string.Empty);
            if (descriptor >= 0 && name.Length > 0 && !CongestionControl.TrySet(descriptor, name))
            {
                Log.CongestionControlWasRefused(logger, communicator, link.Peer, name, CongestionControl.Get(descriptor) ?? "none");
                return;
            }
        }
    }
}
