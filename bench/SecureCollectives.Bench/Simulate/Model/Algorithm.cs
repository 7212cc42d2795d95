using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>An algorithm for AllReduce of float32, which runs the library's own schedules.</summary>
/// <param name="Key">The algorithm's name in the JSON.</param>
/// <param name="Title">The algorithm's name in tables.</param>
/// <param name="MostBytes">The largest buffer for which the library can be configured to use it; the default limit is lower.</param>
internal sealed record Algorithm(string Key, string Title, long MostBytes)
{
    public static readonly Algorithm Ring = new("ring", "ring", long.MaxValue);
    public static readonly Algorithm RecursiveDoubling = new("recursive-doubling", "recursive doubling", CommunicatorOptions.MaxSmallBytes);

    public static readonly Algorithm HierarchicalRing = new("hierarchical-ring", "hierarchical ring", long.MaxValue);

    public static IReadOnlyList<Algorithm> All { get; } = [Ring, RecursiveDoubling, HierarchicalRing];

    /// <summary>Returns whether the algorithm can run in such a world, at such a size.</summary>
    public bool Knows(int world, int localWorldSize, long bytes) =>
        bytes <= MostBytes && (this != HierarchicalRing || HierarchicalShape.IsPossible(world, localWorldSize));

    /// <summary>Returns the schedule of a rank.</summary>
    public Schedule ScheduleOf(int rank, int world, int localWorldSize, long bytes, bool isSealed) =>
        SchedulesOf(rank, world, localWorldSize, bytes, isSealed, channels: 1)[0];

    /// <summary>Returns the schedules of a rank, one for each channel that the operation uses.</summary>
    public Schedule[] SchedulesOf(int rank, int world, int localWorldSize, long bytes, bool isSealed, int channels) => AllReduce(
        new ScheduleCache(
            rank,
            world,
            ChunkBytes(isSealed),
            this == RecursiveDoubling ? CommunicatorOptions.MaxSmallBytes : 0,
            this == HierarchicalRing ? localWorldSize : 1,
            channels),
        bytes);

    /// <summary>Returns the schedule that the library chooses by default.</summary>
    public static Schedule ChosenScheduleOf(int rank, int world, int localWorldSize, long bytes, bool isSealed) =>
        AllReduce(new ScheduleCache(rank, world, ChunkBytes(isSealed), new CommunicatorOptions().SmallBytes, localWorldSize), bytes)[0];

    /// <summary>Returns the algorithm of a schedule.</summary>
    public static Algorithm Of(Schedule schedule) => schedule.Descriptor.Algorithm switch
    {
        AlgorithmCode.RecursiveDoubling => RecursiveDoubling,
        AlgorithmCode.HierarchicalRing => HierarchicalRing,
        _ => Ring,
    };

    private static int ChunkBytes(bool isSealed) =>
        new CommunicatorOptions { Protection = isSealed ? Protection.Aead : Protection.UnsafePlaintext }.EffectiveChunkBytes;

    private static Schedule[] AllReduce(ScheduleCache schedules, long bytes) =>
        schedules.AllReduce(ElementCode.Float32, ElementType<float>.Size, OperatorCode.Sum, bytes / ElementType<float>.Size);
}
