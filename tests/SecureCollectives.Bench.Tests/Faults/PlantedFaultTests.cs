using System.Diagnostics;
using SecureCollectives.Bench.Faults;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Tests.Faults;

public sealed class PlantedFaultTests
{
    private const int Ranks = 3;
    private const int LastAllReduceStep = 3;

    [Fact]
    public void Altering_LastHopOfAllReduce_AltersOneElementAndNothingElse()
    {
        using var sealer = new AlteringSealer(new PlaintextSealer(), Ranks);
        var descriptor = new byte[OperationDescriptor.Length];
        new OperationDescriptor(
            CollectiveCode.AllReduce, ElementCode.Float32, OperatorCode.Sum, AlgorithmCode.Ring, 0, 12).Write(descriptor);
        Assert.Equal(descriptor,
            Seal(sealer, new FrameHeader(FrameKind.Descriptor, FramePhase.None, OperationDescriptor.Length, 0, 1, 0, 0), descriptor));

        byte[] payload = [1, 2, 3, 4, 5, 6, 7, 8];
        for (uint step = 0; step <= LastAllReduceStep + 1; step++)
        {
            var phase = step < Ranks - 1 ? FramePhase.ReduceScatter : FramePhase.AllGather;
            var sent = Seal(sealer, new FrameHeader(FrameKind.Data, phase, payload.Length, 0, 1, step, 0), payload);
            Assert.Equal(step == LastAllReduceStep ? [1, 2, 3, 4, 5, 6, 7 ^ 0xFF, 8] : payload, sent);
            Assert.Equal(payload, Seal(sealer, new FrameHeader(FrameKind.Data, phase, payload.Length, 0, 1, step, 1), payload));
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], payload);
    }

    [Fact]
    public void Delaying_Chunk_MakesTheSameFrameLater()
    {
        var delay = TimeSpan.FromMilliseconds(20);
        using var plain = new PlaintextSealer();
        using var delaying = new DelayingSealer(new PlaintextSealer(), delay);
        byte[] payload = [1, 2, 3, 4];
        var started = Stopwatch.GetTimestamp();
        for (uint chunk = 0; chunk < 3; chunk++)
        {
            var header = new FrameHeader(FrameKind.Data, FramePhase.AllGather, payload.Length, 0, 9, 1, chunk);
            Assert.Equal(Seal(plain, header, payload), Seal(delaying, header, payload));
        }

        Assert.True(Stopwatch.GetElapsedTime(started) >= 3 * delay);
    }

    [Fact]
    public void Chunks_OfAnOperation_FollowFromTheSchedule()
    {
        // 1 MiB over 2 ranks: a shard of 512 KiB each way, once to reduce and once to gather.
        Assert.Equal(2, PlantedDelay.Chunks(new MeasuredAllReduce(), 1 << 20, 2, 1, 512 << 10));
        Assert.Equal(4, PlantedDelay.Chunks(new MeasuredAllReduce(), 1 << 20, 2, 1, 256 << 10));
        Assert.Equal(1, PlantedDelay.Chunks(new MeasuredAllGather(), 1 << 20, 2, 1, 512 << 10));
        Assert.Equal(6, PlantedDelay.Chunks(new MeasuredAllReduce(), 64 << 10, 4, 1, 512 << 10));
        Assert.Equal(4, PlantedDelay.Chunks(new MeasuredAllReduce(), 64 << 10, 4, 2, 512 << 10));
    }

    [Theory]
    [InlineData(2, 2, 0.004)]
    [InlineData(2, 8, 0.004)]
    [InlineData(4, 2, 0.008)]
    public void AddedSeconds_MoreRanksThanCores_ShareThem(int ranks, int cores, double expected) =>
        Assert.Equal(expected, PlantedDelay.AddedSeconds(new Variant("tcp", "aead", "a", 500), 8, ranks, cores), 1e-12);

    [Fact]
    public void ExpectedOverhead_FromTheTwin_IsOfTheSumOfBothTimes() =>
        Assert.Equal(75, PlantedDelay.ExpectedOverhead([1, 1, 1], [2, 2, 3], 2));

    private static byte[] Seal(FrameSealer sealer, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var head = new byte[FrameFormat.HeaderLength];
        var sent = sealer.Seal(header, payload, head, new byte[payload.Length + sealer.TagLength]).ToArray();
        Assert.Equal(FrameReadStatus.Ok, FrameReader.TryReadHeader(head, out _));
        return sent;
    }
}
