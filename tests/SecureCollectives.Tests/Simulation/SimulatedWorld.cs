using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Several ranks of one communicator on one thread, without a clock: the product's own operations, state machines, pumps and sealing over
/// in-memory lanes, whose connections are cut and replaced at any moment. The run is fully determined by the seed.
/// </summary>
internal sealed class SimulatedWorld
{
    private const int ChunkBytes = 64;
    private const int SmallBytes = 40;
    private const int MaxCuts = 6;
    private const int MaxFruitless = 2000;
    private const int MaxSteps = 100_000;

    private readonly Random _random;
    private readonly Bug _bug;
    private readonly int _lanes;
    private readonly SimulatedLinks _links;
    private readonly OperationRun[] _runs;
    private readonly SimulatedOperation[][] _operations;
    private readonly int[] _done;
    private readonly bool[] _isRunning;
    private readonly List<SimulatedReplacement> _replacements = [];
    private readonly List<(int Low, int High)> _asked = [];

    public SimulatedWorld(int seed, Bug bug = Bug.None)
    {
        _random = new Random(seed);
        _bug = bug;
        var size = _random.Next(2, 5);
        _lanes = bug == Bug.PositionsAreNotBound ? 2 : _random.Next(1, 3);
        _links = new SimulatedLinks(_random, _lanes, MaxCuts, bug);
        _runs = _links.CreateRuns(size, rank => new LoopOptions(ChunkBytes, SmallBytes) { LinkKeeper = new Keeper(this, rank) });
        (CollectiveCode Kind, int Count)[] calls = [.. Enumerable.Range(0, _random.Next(2, 6)).Select(_ => (
            (CollectiveCode)_random.Next((int)CollectiveCode.AllReduce, (int)CollectiveCode.Barrier + 1), _random.Next(4) == 0
                ? _random.Next(0, 10) : _random.Next(10, 200)))];
        _operations = [.. Enumerable.Range(0, size).Select(rank =>
        {
            var schedules = new ScheduleCache(rank, size, ChunkBytes, SmallBytes);
            return calls.Select((call, number) => SimulatedOperation.Create(call.Kind, call.Count, rank, size, (ulong)number, schedules))
                .ToArray();
        })];
        _done = new int[size];
        _isRunning = new bool[size];
    }

    /// <summary>Gets the number of links replaced so far.</summary>
    public int Replaced { get; private set; }

    /// <summary>Runs every operation on every rank to completion.</summary>
    /// <returns>A description of the violation; null if there was none.</returns>
    public string? Run()
    {
        var fruitless = 0;
        for (var steps = 0; Array.Exists(_done, done => done < _operations[0].Length); steps++)
        {
            fruitless = Happen() ? 0 : fruitless + 1;
            if (Violation() is { } violation)
            {
                return violation;
            }

            if (fruitless > MaxFruitless || steps > MaxSteps)
            {
                return $"no progress: {string.Join(", ", _done)} operations are done, {_replacements.Count} replacements have begun";
            }
        }

        return null;
    }

    private string? Violation() =>
        Array.Find(_runs, run => run.Failure is not null)?.Failure is { } failure ? $"rank {failure.Reporter}: {failure.Detail}"
        : _links.HasRepeatedNonce ? "a nonce was used twice"
        : null;

    /// <summary>Makes one random event happen; returns whether anything changed.</summary>
    private bool Happen()
    {
        if (_random.Next(200) == 0)
        {
            // A planned replacement, in the middle of whatever is running.
            var rank = _random.Next(_runs.Length);
            var links = _runs[rank].Links.All.ToArray().Where(static link => link.State is not LinkState.Absent).ToArray();
            Ask(rank, links[_random.Next(links.Length)].Peer);
        }

        if (_asked.Count > 0 && _random.Next(4) == 0)
        {
            Begin(_asked[0]);
            _asked.RemoveAt(0);
            return true;
        }

        if (_replacements.Count > 0 && _random.Next(4) == 0)
        {
            var replacement = _replacements[_random.Next(_replacements.Count)];
            if (replacement.Step())
            {
                _replacements.Remove(replacement);
                Replaced++;
            }

            return true;
        }

        return Pass(_random.Next(_runs.Length));
    }

    private bool Pass(int rank)
    {
        var run = _runs[rank];
        if (_done[rank] == _operations[rank].Length || (!_isRunning[rank] && _random.Next(3) > 0))
        {
            return SendBacklog(run);
        }

        var operation = _operations[rank][_done[rank]];
        if (!_isRunning[rank])
        {
            run.Begin(operation, operation.OpenBuffers());
            _isRunning[rank] = true;
            return true;
        }

        var moved = run.Advance(operation.OpenBuffers(), listen: _random.Next(3) == 0);
        if (run.IsComplete && run.Failure is null)
        {
            _isRunning[rank] = false;
            _done[rank]++;
            moved = true;
            if (!operation.IsRight)
            {
                run.Fail(new OperationFailure(
                    AbortReason.InternalError, rank, operation.Sequence, 0, rank, $"operation {operation.Sequence} has a wrong result"));
            }
        }

        return moved;
    }

    private static bool SendBacklog(OperationRun run)
    {
        var moved = false;
        foreach (var port in run.Ports)
        {
            moved |= port.HasBacklog && port.PumpSend(default);
        }

        return moved;
    }

    private void Ask(int rank, int peer)
    {
        var ends = (Math.Min(rank, peer), Math.Max(rank, peer));
        if (!_asked.Contains(ends) && !_replacements.Exists(replacement => replacement.Ends == ends))
        {
            _asked.Add(ends);
        }
    }

    private void Begin((int Low, int High) ends) =>
        _replacements.Add(new SimulatedReplacement(ends.Low, ends.High, _runs[ends.Low], _runs[ends.High], _links, _lanes, _bug));

    private sealed class Keeper(SimulatedWorld world, int rank) : ILinkKeeper
    {
        public void LinkNeedsReplacement(int peer, LinkEnd why) => world.Ask(rank, peer);
    }
}
