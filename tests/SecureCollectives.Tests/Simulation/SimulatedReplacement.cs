using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Replaces a link step by step. Each end gives up the old link and reports its positions, then each end attaches the new link. Other
/// ranks, and the two ends themselves, run between the steps.
/// </summary>
internal sealed class SimulatedReplacement(
    int low, int high, OperationRun ofLow, OperationRun ofHigh, SimulatedLinks links, int lanes, Bug bug)
{
    private int _step;
    private LinkPositions? _fromLow;
    private LinkPositions? _fromHigh;
    private (Link Low, Link High) _link;

    public (int Low, int High) Ends => (low, high);

    /// <summary>Gets whether an end has given up the old link.</summary>
    public bool HasBegun => _step > 0;

    /// <returns>Whether this was the last step.</returns>
    public bool Step()
    {
        switch (_step++)
        {
            case 0:
                _fromLow = Report(ofLow, high);
                return false;
            case 1:
                _fromHigh = Report(ofHigh, low);
                return false;
            case 2:
                ofLow.Links.To(high).Surrender();
                ofHigh.Links.To(low).Surrender();
                _link = links.Create(low, high);
                ofHigh.Attach(_link.High, Pass(_fromLow!, ofHigh, low));
                return false;
            default:
                ofLow.Attach(_link.Low, Pass(_fromHigh!, ofLow, high));
                return true;
        }
    }

    /// <summary>Abandons the replacement because an end has died or stopped, and closes the end of the link that is not attached.</summary>
    public void Abandon()
    {
        if (_step == 3)
        {
            _link.Low.Dispose();
        }
    }

    private LinkPositions Report(OperationRun run, int peer) => bug == Bug.KeepsOldOpener
        ? new LinkPositions([.. Enumerable.Range(0, lanes).Select(lane => Port(run, peer, lane).Inbound.Applied)])
        : run.Links.To(peer).Surrender();

    /// <summary>Returns the positions that reach the other end, falsified by the planted bug.</summary>
    private LinkPositions Pass(LinkPositions truth, OperationRun to, int from) => bug switch
    {
        Bug.ResumesLate => new([.. truth.Applied.Select((position, lane) => Math.Min(position + 1, Port(to, from, lane).Outbound.Made))]),
        Bug.ResumesEarly =>
            new([.. truth.Applied.Select((position, lane) => Math.Max(position, 1) - 1 is var early
                && early >= Port(to, from, lane).Outbound.Acknowledged ? early : position)]),
        Bug.LosesPosition => new([.. truth.Applied.Select((_, lane) => Port(to, from, lane).Outbound.Acknowledged)]),
        Bug.PositionsAreNotBound => new([.. truth.Applied.Reverse()]),
        _ => truth,
    };

    private static LanePort Port(OperationRun run, int peer, int lane)
    {
        foreach (var port in run.Ports)
        {
            if (port.Peer == peer && port.Index == lane)
            {
                return port;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(lane));
    }
}
