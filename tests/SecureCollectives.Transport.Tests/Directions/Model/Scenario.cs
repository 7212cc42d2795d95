using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>The successive operations of two ranks, and how many times their link may end in between.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class Scenario
{
    private readonly ModelSchedule[][] _schedules;
    private readonly ModelStep[][][] _due;

    /// <param name="operations">One letter per operation: a digit for that number of transfers from the callers' buffers, m for a message,
    /// b for a barrier.</param>
    /// <param name="lanes">The number of lanes of the link.</param>
    /// <param name="keptMessages">The number of messages that a lane may keep.</param>
    /// <param name="breaks">The maximum number of times that the link ends.</param>
    public Scenario(string operations, int lanes, int keptMessages, int breaks)
    {
        Lanes = lanes;
        Breaks = breaks;
        Retention = new Retention(ModelSchedule.PayloadLength)
        {
            Bytes = keptMessages * RetainedMessages.WeightOf(
            OperationDescriptor.Length + ModelSchedule.PayloadLength)
        };
        _schedules = [.. Enumerable.Range(0, 2).Select(rank => operations.Select((kind, number) => Create(kind, number, rank)).ToArray())];
        _due = [.. Enumerable.Range(0, 2)
            .Select(rank => Enumerable.Range(0, lanes).Select(lane => StepsFrom(1 - rank, lane).ToArray()).ToArray())];
    }

    public int Lanes { get; }

    public int Breaks { get; }

    public Retention Retention { get; }

    public int Operations => _schedules[0].Length;

    public ModelSchedule ScheduleOf(int rank, int operation) => _schedules[rank][operation];

    /// <summary>Returns all steps that a rank has to apply on a lane, in order.</summary>
    public ReadOnlySpan<ModelStep> DueAt(int rank, int lane) => _due[rank][lane];

    /// <summary>Returns the number of lanes that an operation uses.</summary>
    public int ActiveLanes(int operation) => (int)Math.Clamp(_schedules[0][operation].Sends[0].Count, 1, Lanes);

    private static ModelSchedule Create(char kind, int number, int rank) => kind switch
    {
        'm' => ModelSchedule.Message(number, rank),
        'b' => ModelSchedule.Barrier(number, rank),
        _ => ModelSchedule.Held(number, rank, kind - '0'),
    };

    private IEnumerable<ModelStep> StepsFrom(int sender, int lane)
    {
        for (var operation = 0; operation < Operations; operation++)
        {
            var schedule = ScheduleOf(sender, operation);
            var count = schedule.Sends[0].Count;
            if (lane >= ActiveLanes(operation))
            {
                continue;
            }

            if (schedule.SentSpans == Schedules.SentSpans.StayUntilApplied)
            {
                yield return new ModelStep(FrameKind.Descriptor, operation, 0);
            }

            for (long position = lane; position < count; position += Lanes)
            {
                yield return new ModelStep(schedule.GetSend(0, position).Kind, operation, (uint)position);
            }
        }
    }
}
