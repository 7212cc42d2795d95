using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A way to do an AllReduce of float32, by the schedules that the library itself runs.</summary>
/// <param name="Key">Its name in the JSON.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="MostBytes">The largest buffer that the library can be set to do so; by default it stops earlier.</param>
internal sealed record Algorithm(string Key, string Title, long MostBytes)
{
    public static readonly Algorithm Ring = new("ring", "ring", long.MaxValue);
    public static readonly Algorithm RecursiveDoubling = new("recursive-doubling", "recursive doubling", CommunicatorOptions.MaxSmallBytes);

    public static readonly Algorithm HierarchicalRing = new("hierarchical-ring", "hierarchical ring", long.MaxValue);

    public static IReadOnlyList<Algorithm> All { get; } = [Ring, RecursiveDoubling, HierarchicalRing];

    /// <summary>Whether it can be done so.</summary>
    public bool Knows(int world, int localWorldSize, long bytes) =>
        bytes <= MostBytes && (this != HierarchicalRing || HierarchicalShape.IsPossible(world, localWorldSize));

    /// <summary>The schedule of a rank.</summary>
    public Schedule ScheduleOf(int rank, int world, int localWorldSize, long bytes, bool isSealed) =>
        SchedulesOf(rank, world, localWorldSize, bytes, isSealed, channels: 1)[0];

    /// <summary>The schedules of a rank, one for each channel that the operation takes.</summary>
    public Schedule[] SchedulesOf(int rank, int world, int localWorldSize, long bytes, bool isSealed, int channels) => AllReduce(
        new ScheduleCache(
            rank,
            world,
            ChunkBytes(isSealed),
            this == RecursiveDoubling ? CommunicatorOptions.MaxSmallBytes : 0,
            this == HierarchicalRing ? localWorldSize : 1,
            channels),
        bytes);

    /// <summary>The schedule that the library chooses by itself.</summary>
    public static Schedule ChosenScheduleOf(int rank, int world, int localWorldSize, long bytes, bool isSealed) =>
        AllReduce(new ScheduleCache(rank, world, ChunkBytes(isSealed), new CommunicatorOptions().SmallBytes, localWorldSize), bytes)[0];

    /// <summary>What a schedule does.</summary>
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
