using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Membership;

/// <summary>Tunes the network connections of a communicator before they carry data. Affects only their speed.</summary>
internal static class LaneTuning
{
    private const string NearChoice = "reno";

    /// <summary>
    /// Round trips below this occur within a machine or a room. There, bbr paces packets with timers that are coarser than the round trip.
    /// With reno, 16 MiB in plaintext were 1.4 times as fast as with bbr between two and between four ranks on one machine, and sealed 1.2
    /// and 1.5 times as fast. Cubic is about equal to reno between two ranks and 1.2 times slower between four. Over longer distances, the
    /// system's default applies. To repeat the measurement, run the benchmark with <c>--congestion auto,system</c>, once with each
    /// algorithm in tcp_available_congestion_control as the system's default.
    /// </summary>
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(1);

    /// <summary>Sets the congestion control of a link's lanes.</summary>
    /// <param name="link">The link, with its lanes connected.</param>
    /// <param name="communicator">The communicator's name in the log.</param>
    /// <param name="congestionControl">The algorithm; empty for the system's default, null to choose by round-trip time.</param>
    /// <param name="logger">The log for refusals by the kernel.</param>
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
