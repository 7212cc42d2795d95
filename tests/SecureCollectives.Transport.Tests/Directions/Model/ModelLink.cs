namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// The successive links between the model's ranks: who uses the link, which frames are in transit, and which counters are used up.
/// </summary>
internal sealed class ModelLink
{
    private readonly int _lanes;

    /// <summary>Frames to a rank on a lane. Arrays are replaced, never changed.</summary>
    private readonly ModelFrame[][] _underWay;

    /// <summary>By link, lane and sender: all counters below this value are used up.</summary>
    private readonly ulong[] _usedCounters;

    private LinkStanding _first;
    private LinkStanding _second;

    public ModelLink(Scenario scenario)
    {
        _lanes = scenario.Lanes;
        _underWay = [.. Enumerable.Repeat<ModelFrame[]>([], 2 * scenario.Lanes)];
        _usedCounters = new ulong[2 * scenario.Lanes * (scenario.Breaks + 1)];
        BreaksLeft = scenario.Breaks;
    }

    private ModelLink(ModelLink other)
    {
        _lanes = other._lanes;
        _underWay = [.. other._underWay];
        _usedCounters = [.. other._usedCounters];
        (_first, _second) = (other._first, other._second);
        (Number, BreaksLeft) = (other.Number, other.BreaksLeft);
    }

    /// <summary>The number of the link that is in use or will be used next.</summary>
    public int Number { get; private set; }

    public int BreaksLeft { get; private set; }

    public ModelLink Copy() => new(this);

    public LinkStanding StandingOf(int rank) => rank == 0 ? _first : _second;

    /// <summary>Returns the next frame to a rank on a lane; null if none is in transit.</summary>
    public ModelFrame? NextTo(int receiver, int lane) => UnderWay(receiver, lane) is [var next, ..] ? next : null;

    /// <summary>Sends a frame. It arrives only at a rank that still uses the link.</summary>
    public void Send(int sender, int lane, ModelKey key, ulong counter, ModelFrame frame)
    {
        ref var used = ref _usedCounters[(((key.Link * _lanes) + lane) * 2) + sender];
        if (counter < used)
        {
            throw new ModelViolationException($"rank {sender} used counter {counter} of {key} twice");
        }

        used = counter + 1;
        if (StandingOf(1 - sender) != LinkStanding.Surrendered)
        {
            ref var frames = ref UnderWay(1 - sender, lane);
            frames = [.. frames, frame];
        }
    }

    /// <summary>Removes the next frame, which has been received.</summary>
    public void Taken(int receiver, int lane)
    {
        ref var frames = ref UnderWay(receiver, lane);
        frames = frames[1..];
    }

    /// <summary>
    /// Makes a rank stop using the link, which loses the frames in transit to it. Once both have done so, there is a new link.
    /// </summary>
    public void Surrender(int rank)
    {
        BreaksLeft -= StandingOf(1 - rank) == LinkStanding.Surrendered ? 0 : 1;
        Stand(rank, LinkStanding.Surrendered);
        for (var lane = 0; lane < _lanes; lane++)
        {
            UnderWay(rank, lane) = [];
        }

        if (StandingOf(1 - rank) == LinkStanding.Surrendered)
        {
            Number++;
            (_first, _second) = (LinkStanding.Offered, LinkStanding.Offered);
        }
    }

    /// <summary>Makes a rank use the new link.</summary>
    public void Attach(int rank) => Stand(rank, LinkStanding.Open);

    private void Stand(int rank, LinkStanding standing) =>
        (_first, _second) = rank == 0 ? (standing, _second) : (_first, standing);

    private ref ModelFrame[] UnderWay(int receiver, int lane) => ref _underWay[(receiver * _lanes) + lane];
}
