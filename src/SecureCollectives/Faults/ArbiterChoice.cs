namespace SecureCollectives.Faults;

/// <summary>
/// Whose verdict a rank believes: that of the lowest rank it can reach. A lower one is out of reach when there is no connection to it, or
/// when it has not answered a probe in time; so a verdict of a higher one is kept until that is known. Without I/O; time is an argument;
/// not thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
internal sealed class ArbiterChoice(int rank)
{
    private readonly SortedDictionary<int, Probe> _probes = [];

    /// <summary>There is a connection to a rank now; what was asked on an earlier one is void.</summary>
    public void Connected(int other) => _probes[other] = new Probe(null, null);

    /// <summary>The connection to a rank is lost.</summary>
    public void Disconnected(int other) => _probes.Remove(other);

    /// <summary>A probe goes out to a rank.</summary>
    /// <returns>False where one is under way: then none is needed.</returns>
    public bool Ask(int other, TimeSpan now)
    {
        if (!_probes.TryGetValue(other, out var probe) || probe.Asked is not null)
        {
            return false;
        }

        _probes[other] = probe with { Asked = now };
        return true;
    }

    /// <summary>A rank has answered a probe.</summary>
    public void Answered(int other, TimeSpan now)
    {
        if (_probes.ContainsKey(other))
        {
            _probes[other] = new Probe(null, now);
        }
    }

    /// <summary>Ranks lower than another that there is a connection to.</summary>
    public int[] LowerThan(int other) => [.. _probes.Keys.Where(known => known < other)];

    /// <summary>Whether to believe a verdict.</summary>
    /// <param name="from">Who gives it.</param>
    /// <param name="received">When it came.</param>
    /// <param name="now">The time.</param>
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
