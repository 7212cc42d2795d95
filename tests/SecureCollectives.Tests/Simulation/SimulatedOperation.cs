using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Simulation;

/// <summary>A rank's part in one operation of a simulated world, with its buffers and the expected result.</summary>
internal sealed class SimulatedOperation : Operation
{
    private readonly int[] _input;
    private readonly int[] _output;
    private readonly int[] _expected;

    private SimulatedOperation(int[] input, int[] output, int[] expected) => (_input, _output, _expected) = (input, output, expected);

    public override bool CallerDriven => false;

    /// <summary>Gets whether the result equals the expected result in every bit.</summary>
    public bool IsRight => _output.AsSpan().SequenceEqual(_expected);

    /// <param name="kind">The collective: AllReduce, AllGather or Barrier.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="size">The number of ranks.</param>
    /// <param name="sequence">The sequence number of the operation.</param>
    /// <param name="schedules">The schedule cache of the rank.</param>
    public static SimulatedOperation Create(CollectiveCode kind, int count, int rank, int size, ulong sequence, ScheduleCache schedules)
    {
        var (operation, schedule) = kind switch
        {
            CollectiveCode.AllReduce => (AllReduce(), schedules.AllReduce(ElementCode.Int32, sizeof(int), OperatorCode.Sum, count)[0]),
            CollectiveCode.AllGather => (AllGather(), schedules.AllGather(ElementCode.Int32, sizeof(int), count)[0]),
            _ => (new SimulatedOperation([], [], []), schedules.Barrier()[0]),
        };
        operation.Assign(schedule, kind == CollectiveCode.AllReduce ? ReduceOp.Sum.ReducerOf<int>() : null, TimeSpan.MaxValue);
        operation.Queue(sequence);
        return operation;

        int Value(int of, int at) => ((of + 1) * 1_000_003) + (at * 17) + (int)sequence;

        SimulatedOperation AllReduce()
        {
            int[] buffer = [.. Enumerable.Range(0, count).Select(at => Value(rank, at))];
            return new(buffer, buffer, [.. Enumerable.Range(0, count).Select(at => Enumerable.Range(0, size).Sum(of => Value(of, at)))]);
        }

        SimulatedOperation AllGather() => new(
            [.. Enumerable.Range(0, count).Select(at => Value(rank, at))],
            new int[size * count],
            [.. Enumerable.Range(0, size).SelectMany(of => Enumerable.Range(0, count).Select(at => Value(of, at)))]);
    }

    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly<int>(_input), BufferView.Over<int>(_output));

    public override void End(OperationFailure? failure)
    {
    }
}
