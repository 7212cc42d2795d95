using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;
using static SecureCollectives.Bench.Tests.Simulate.Model.ScriptedSchedule;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

public sealed class ModelParametersTests
{
    [Theory]
    [InlineData(false, FrameKind.Data, 2)]
    [InlineData(false, FrameKind.Message, 7)]
    [InlineData(true, FrameKind.Data, 9)]
    [InlineData(true, FrameKind.Message, 14)]
    public void Send_Any_AddsUpWhatTheLoopDoes(bool isSealed, object kind, double seconds) =>
        Assert.Equal(seconds, TestParameters.ByHand.Send(Send(1000, kind: (FrameKind)kind), isSealed), 1e-9);

    /// <summary>In plaintext, data to copy is received directly at its destination. Sealed data is opened elsewhere first.</summary>
    [Theory]
    [InlineData(false, FrameKind.Data, ReceiveAction.Copy, 3)]
    [InlineData(false, FrameKind.Data, ReceiveAction.Reduce, 7)]
    [InlineData(false, FrameKind.Message, ReceiveAction.Copy, 8)]
    [InlineData(true, FrameKind.Data, ReceiveAction.Copy, 16)]
    [InlineData(true, FrameKind.Data, ReceiveAction.ReduceAndFinish, 15)]
    [InlineData(true, FrameKind.Message, ReceiveAction.ReduceAndFinishAlike, 15)]
    public void Receive_Any_AddsUpWhatTheLoopDoes(bool isSealed, object kind, object action, double seconds) =>
        Assert.Equal(seconds, TestParameters.ByHand.Receive(Receive(1000, action: (ReceiveAction)action, kind: (FrameKind)kind), isSealed),
            1e-9);

    [Fact]
    public void Faulty_Possible_IsNothing() => Assert.Null(TestParameters.Usual.Faulty());

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Faulty_Impossible_IsNamed(double value)
    {
        Assert.Equal("SwitchSeconds", (TestParameters.Usual with { SwitchSeconds = value }).Faulty());
        Assert.Equal("OpenSecondsPerByte",
            (TestParameters.Usual with { Cipher = TestParameters.Usual.Cipher with { OpenSecondsPerByte = value } }).Faulty());
    }

    /// <summary>A time per byte must not be 0, because it is shown as a rate, its inverse. A frame or a switch may take no time.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e-310)]
    public void Faulty_NoTime_IsOneOfBytesAlone(double value)
    {
        Assert.Equal("SecondsPerByteCopied", (TestParameters.Usual with { SecondsPerByteCopied = value }).Faulty());
        Assert.Null((TestParameters.Usual with { SwitchSeconds = value, SecondsPerFrame = value }).Faulty());
    }
}
