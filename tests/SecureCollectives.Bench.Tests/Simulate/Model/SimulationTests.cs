using System.Diagnostics;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;
using static SecureCollectives.Bench.Tests.Simulate.Model.ScriptedSchedule;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>Small cases whose times were computed by hand.</summary>
public sealed class SimulationTests
{
    private static readonly Cluster OneHost = new(RanksPerHost: 4, CoresPerHost: 4, Wire: null);
    private static readonly Wire Slow = new(LatencySeconds: 5, BytesPerSecond: 100);

    private static readonly Schedule[] OneWay =
    [
        new ScriptedSchedule([(1, [Send(1000)])], []),
        new ScriptedSchedule([], [(0, [Receive(1000)])]),
    ];

    private static readonly Schedule[] BothWays =
    [
        new ScriptedSchedule([(1, [Send(1000)])], [(1, [Receive(1000)])]),
        new ScriptedSchedule([(0, [Send(1000)])], [(0, [Receive(1000)])]),
    ];

    /// <summary>
    /// The chunk is sent at 2, arrives at 12 and is applied at 15; its acknowledgement is sent at 16, arrives at 26 and is processed at 27.
    /// </summary>
    [Fact]
    public void Run_OneChunk_EndsWithItsAcknowledgement() => Assert.Equal(27, Seconds(OneWay, OneHost), 1e-9);

    /// <summary>The same without an acknowledgement.</summary>
    [Fact]
    public void Run_OneMessage_EndsWhenItIsApplied()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000, kind: FrameKind.Message)])], [], SentSpans.AreOverwritten),
            new ScriptedSchedule([], [(0, [Receive(1000, kind: FrameKind.Message)])], SentSpans.AreOverwritten),
        ];

        // Copied and sent at 7, arrives at 17; receiving and copying takes 8.
        Assert.Equal(25, Seconds(schedules, OneHost), 1e-9);
    }

    /// <summary>
    /// Sent at 2; 5 of latency and 10.32 for 1032 bytes on the wire; applied at 20.32. The acknowledgement of 40 bytes takes
    /// 1 + 5 + 0.4 + 1.
    /// </summary>
    [Fact]
    public void Run_TwoHosts_TakesTheWire() => Assert.Equal(27.72, Seconds(OneWay, new Cluster(1, 1, Slow)), 1e-9);

    /// <summary>
    /// Adds a tag of 16 bytes each way, and the cipher: 7 to seal, 13 to open and copy, and 1.048 and 2.048 to seal and open the 8 bytes of
    /// the acknowledgement.
    /// </summary>
    [Fact]
    public void Run_Sealed_TakesTheCipherAndTheTag() =>
        Assert.Equal(27.72 + (2 * 0.16) + 7 + 13 + 1.048 + 2.048, Seconds(OneWay, new Cluster(1, 1, Slow), isSealed: true), 1e-9);

    /// <summary>
    /// Two ranks on a host send at the same time, and both are done at 2. The second frame starts when the first has left, at 12.32, and
    /// arrives at 27.64.
    /// </summary>
    [Fact]
    public void Run_TwoSendersOfAHost_ShareItsInterface()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(2, [Send(1000)])], []),
            new ScriptedSchedule([(3, [Send(1000)])], []),
            new ScriptedSchedule([], [(0, [Receive(1000)])]),
            new ScriptedSchedule([], [(1, [Receive(1000)])]),
        ];

        var run = Run(schedules, new Cluster(2, 2, Slow));

        Assert.Equal(27.64 + 3 + 1 + 5.4 + 1, run.Seconds, 1e-9);
        Assert.Equal(20.64, run.WireSeconds, 1e-9);
    }

    /// <summary>
    /// Rank 0 sends until 2, then rank 1 until 4.5, including the switch to another rank. Rank 1 receives from 12 to 15 and acknowledges
    /// until 16. Rank 0, whose chunk arrives at 14.5, waits for the core and has received and acknowledged by 20.5. The acknowledgements
    /// arrive at 26 and 30.5; the second costs another switch.
    /// </summary>
    [Fact]
    public void Run_OneCore_DoesOneThingAtATime() => Assert.Equal(32, Seconds(BothWays, new Cluster(2, 1, null)), 1e-9);

    /// <summary>Both send until 2, receive from 12 to 15, acknowledge until 16, and get the acknowledgement at 26.</summary>
    [Fact]
    public void Run_CoreForEach_NeverChangesRanks() => Assert.Equal(27, Seconds(BothWays, OneHost), 1e-9);

    /// <summary>
    /// A rank forwards data only after applying it, at 15. The forwarding send ends at 17, before the acknowledgement is sent. The
    /// remaining steps take 10, 3, 1, 10 and 1.
    /// </summary>
    [Fact]
    public void Run_SendAfterReceive_Waits()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000)])], []),
            new ScriptedSchedule([(2, [Send(1000, afterFlow: 0, afterPosition: 0)])], [(0, [Receive(1000)])]),
            new ScriptedSchedule([], [(1, [Receive(1000)])]),
        ];

        Assert.Equal(15 + 2 + 10 + 3 + 1 + 10 + 1, Seconds(schedules, OneHost), 1e-9);
    }

    /// <summary>
    /// The receiver must first send its own data, until 16, because the receive overwrites it. The chunk that arrives at 12 waits until
    /// then.
    /// </summary>
    [Fact]
    public void Run_ReceiveAfterSend_Waits()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000)])], [(1, [Receive(15_000)])], SentSpans.AreOverwritten),
            new ScriptedSchedule([(0, [Send(15_000)])], [(0, [Receive(1000, afterSend: 0)])], SentSpans.AreOverwritten),
        ];

        // Sent at 16, arrives at 26, applied 31 later.
        Assert.Equal(16 + 10 + 31, Seconds(schedules, OneHost), 1e-9);
    }

    [Fact]
    public void Run_OwnPart_IsCopiedFirst()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000)])], []) { Own = new LocalCopy(0, 0, 1000) },
            new ScriptedSchedule([], [(0, [Receive(1000)])]),
        ];

        Assert.Equal(5 + 27, Seconds(schedules, OneHost), 1e-9);
    }

    [Fact]
    public void Run_OwnPartThatIsSent_IsCopiedWithIt()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000) with { KeptAt = 0 }])], []),
            new ScriptedSchedule([], [(0, [Receive(1000)])]),
        ];

        Assert.Equal(5 + 27, Seconds(schedules, OneHost), 1e-9);
    }

    [Fact]
    public void Run_EmptyData_IsNotSent()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(0), Send(1000, step: 1), Send(0, step: 2)])], []),
            new ScriptedSchedule([], [(0, [Receive(0), Receive(1000, step: 1), Receive(0, step: 2)])]),
        ];

        var run = Run(schedules, OneHost);

        Assert.Equal(27, run.Seconds, 1e-9);
        Assert.Equal((1, 1), (run.Sent, run.Applied));
    }

    [Fact]
    public void Run_SchedulesThatWaitForEachOther_IsADefectAndEnds()
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(1, [Send(1000, afterFlow: 0)])], [(1, [Receive(1000)])]),
            new ScriptedSchedule([(0, [Send(1000, afterFlow: 0)])], [(0, [Receive(1000)])]),
        ];

        Assert.Contains("deadlock", Assert.Throws<UnreachableException>(() => Run(schedules, OneHost)).Message);
    }

    [Theory]
    [InlineData(999, 0, 1)]
    [InlineData(1000, 1, 1)]
    [InlineData(1000, 0, 2)]
    public void Run_SchedulesThatDoNotFit_IsADefect(int bytes, uint step, int receiver)
    {
        Schedule[] schedules =
        [
            new ScriptedSchedule([(receiver, [Send(bytes, step)])], []),
            new ScriptedSchedule([], [(0, [Receive(1000)])]),
            new ScriptedSchedule([], []),
        ];

        Assert.Contains("do not match", Assert.Throws<UnreachableException>(() => Run(schedules, OneHost)).Message);
    }

    [Fact]
    public void Run_Cancelled_Ends() => Assert.Throws<OperationCanceledException>(
        () => Simulation.Run(new SimulatedWorld(2, 2, rank => OneWay[rank]), OneHost, TestParameters.ByHand, isSealed: false,
            new CancellationToken(canceled: true)));

    private static double Seconds(Schedule[] schedules, Cluster cluster, bool isSealed = false) =>
        Run(schedules, cluster, isSealed).Seconds;

    private static SimulatedRun Run(Schedule[] schedules, Cluster cluster, bool isSealed = false) =>
        Simulation.Run(new SimulatedWorld(schedules.Length, schedules.Length, rank => schedules[rank]), cluster, TestParameters.ByHand,
            isSealed);
}
