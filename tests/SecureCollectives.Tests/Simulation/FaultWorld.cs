using SecureCollectives.Collectives;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// A communicator on one thread and in simulated time, one rank of which is killed or stopped. It runs the product's state machines,
/// limits, healing attempts, arbiters and rules, and is fully determined by the seed.
/// </summary>
internal sealed class FaultWorld
{
    private const int Size = 4;
    private const int ChunkBytes = 64;
    private const int SmallBytes = 40;
    private const int PassesPerTick = 2;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Warm = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly FaultPhase _phase;
    private readonly FaultRank[] _ranks;
    private readonly SimulatedHealing[] _healings;
    private readonly SimulatedArbitration _arbitration;
    private TimeSpan _now;

    public FaultWorld(int seed, FaultPhase phase)
    {
        _random = new Random(seed);
        _phase = phase;
        var links = new SimulatedLinks(_random, lanes: 1, maxCuts: 0, Bug.None);
        _ranks = [.. links.CreateRuns(Size, rank => new LoopOptions(ChunkBytes, SmallBytes) { LinkKeeper = new Keeper(this, rank) })
            .Select(run => new FaultRank(run.Rank, Size, run, new ScheduleCache(run.Rank, Size, ChunkBytes, SmallBytes), _random))];
        _healings =
            [.. SimulatedLinks.Pairs(Size).Select(pair => new SimulatedHealing(_ranks[pair.Low], _ranks[pair.High], links, _random))];
        _arbitration = new SimulatedArbitration(_ranks, _random);
    }

    /// <summary>Gets the time at which the fault struck.</summary>
    public TimeSpan StruckAt { get; private set; }

    /// <summary>Strikes the rank when it has reached the phase, and runs until all others have failed.</summary>
    /// <returns>The others.</returns>
    public FaultRank[] Run(FaultKind fault, int victim)
    {
        FaultRank[] others = [.. _ranks.Where(rank => rank.Rank != victim)];
        for (; others.Any(rank => rank.End is null); _now += Tick)
        {
            Assert.True(_now < Limit,
                $"ranks {string.Join(", ", others.Where(rank => rank.End is null).Select(rank => rank.Rank))} never end");
            for (var pass = 0; pass < PassesPerTick * Size; pass++)
            {
                PassAny();
                if (_ranks[victim].Fault is null && _now >= Warm && IsAtPhase(victim) && _random.Next(3) == 0)
                {
                    Strike(fault, victim);
                }
            }

            if (_phase == FaultPhase.Replacing && _random.Next(50) == 0)
            {
                var healing = _healings[_random.Next(_healings.Length)];
                healing.Ask(_ranks[healing.Ends.Low], _now);
            }

            Array.ForEach(_healings, healing => healing.Step(_now));
            _arbitration.Step(_now);
        }

        return others;
    }

    private void PassAny()
    {
        var rank = _ranks[_random.Next(Size)];
        if (rank is { IsRunning: true, SeenAt: null } && rank.Pass(_now))
        {
            _arbitration.Stalled(rank);
        }
    }

    private bool IsAtPhase(int rank) => _phase == FaultPhase.Replacing
        ? _healings.Any(healing => healing.IsReplacing && (healing.Ends.Low == rank || healing.Ends.High == rank))
        : _ranks[rank].Phase == _phase;

    private void Strike(FaultKind fault, int victim)
    {
        _ranks[victim].Fault = fault;
        StruckAt = _now;
        if (fault == FaultKind.Killed)
        {
            foreach (var link in _ranks[victim].Run.Links.All)
            {
                link.Dispose();
            }

            _arbitration.Lose(victim);
        }
    }

    private sealed class Keeper(FaultWorld world, int rank) : ILinkKeeper
    {
        public void LinkNeedsReplacement(int peer, LinkEnd why) => Array.Find(
            world._healings, healing => healing.Ends == (Math.Min(rank, peer), Math.Max(rank, peer)))!.Ask(world._ranks[rank], world._now);
    }
}
