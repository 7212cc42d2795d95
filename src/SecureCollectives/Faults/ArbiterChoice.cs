namespace SecureCollectives.Faults;

/// <summary>
/// Decides whose verdict a rank believes: that of the lowest rank that it can reach. A lower rank is unreachable if there is no connection
/// to it or it has not answered a probe in time. Until this is known, a higher rank's verdict is held back. Sans-I/O; time is passed in.
/// Not thread-safe.
/// </summary>
/// <param name="rank">The rank of this worker in the job.</param>
internal sealed class ArbiterChoice(int rank)
{
    private readonly SortedDictionary<int, Probe> _probes = [];

    /// <summary>Records a new connection to a rank, which voids probes on an earlier one.</summary>
    public void Connected(int other) => _probes[other] = new Probe(null, null);

    /// <summary>Records the loss of the connection to a rank.</summary>
    public void Disconnected(int other) => _probes.Remove(other);

    /// <summary>Records that a rank is being probed.</summary>
    /// <returns>False if no probe needs to be sent, because one is outstanding or there is no connection.</returns>
    public bool Ask(int other, TimeSpan now)
    {
        if (!_probes.TryGetValue(other, out var probe) || probe.Asked is not null)
        {
            return false;
        }

        _probes[other] = probe with { Asked = now };
        return true;
    }

    /// <summary>Records a rank's answer to a probe.</summary>
    public void Answered(int other, TimeSpan now)
    {
        if (_probes.ContainsKey(other))
        {
            _probes[other] = new Probe(null, now);
        }
    }

    /// <summary>Returns the connected ranks that are lower than another.</summary>
    public int[] LowerThan(int other) => [.. _probes.Keys.Where(known => known < other)];

    /// <summary>Judges whether to believe a verdict.</summary>
    /// <param name="from">The rank that sent the verdict as the arbiter.</param>
    /// <param name="received">The time at which the verdict was received, on the same clock.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    public ArbiterStanding Judge(int from, TimeSpan received, TimeSpan now)
    {
        if (rank < from)
        {
            return ArbiterStanding.Refused;
        }

        var isOpen = false;
        foreach (var (other, probe) in _probes)
        {
            if (other >= from || (probe.Asked is { } asked && now - asked >= FaultCase.AnswerTime))
            {
                continue;
            }

            if (probe.Asked is null && probe.Answered is { } answered && answered >= received - FaultCase.AnswerTime)
            {
                return ArbiterStanding.Refused;
            }

            isOpen = true;
        }

        return isOpen ? ArbiterStanding.Open : ArbiterStanding.Believed;
    }

    private readonly record struct Probe(TimeSpan? Asked, TimeSpan? Answered);
}
