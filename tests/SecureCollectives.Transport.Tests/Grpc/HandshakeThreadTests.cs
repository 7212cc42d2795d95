using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

public sealed class HandshakeThreadTests
{
    private static readonly IPAddress MembersAddress = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress OtherAddress = IPAddress.Parse("192.0.2.2");

    private readonly AdmissionControl _control = new();
    private readonly UnauthenticatedGate _gate;

    public HandshakeThreadTests()
    {
        _control.Members.Add(MembersAddress);
        _gate = new UnauthenticatedGate(new AdmissionLimits { Control = _control });
    }

    [Fact]
    public async Task Schedule_BudgetIsOverdrawn_WaitsUntilItIsRefilled()
    {
        using var thread = new HandshakeThread(_control, NullLogger.Instance);
        var other = Enter(OtherAddress);
        Overdraw();
        var due = LaneClock.Now + _control.WaitFor(other, LaneClock.Now);
        var ran = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);

        thread.Schedule(other, () => ran.SetResult(LaneClock.Now));

        // The wait is computed with a margin of a millisecond.
        Assert.InRange(await ran.Task.WaitAsync(LanePump.Limit), due - TimeSpan.FromMilliseconds(2), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Schedule_SeveralWait_AMembersAddressGoesFirst()
    {
        using var thread = new HandshakeThread(_control, NullLogger.Instance);
        var (other, member) = (Enter(OtherAddress), Enter(MembersAddress));
        Overdraw();
        var order = new List<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        thread.Schedule(other, () =>
        {
            order.Add("other");
            done.SetResult();
        });
        thread.Schedule(member, () => order.Add("member"));

        await done.Task.WaitAsync(LanePump.Limit);
        Assert.Equal(["member", "other"], order);
    }

    /// <summary>The cost of a step is charged before the next one runs.</summary>
    [Fact]
    public async Task Schedule_Step_IsChargedToItsSource()
    {
        var burned = TimeSpan.Zero;
        var charged = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var thread = new HandshakeThread(_control, NullLogger.Instance);
        var other = Enter(OtherAddress);
        thread.Schedule(other, () =>
        {
            var meter = new ThreadMeter();
            while (burned < TimeSpan.FromMilliseconds(5))
            {
                burned += meter.Take();
            }
        });
        thread.Schedule(other, () => charged.SetResult(other.Cost));

        Assert.InRange(await charged.Task.WaitAsync(LanePump.Limit), burned, TimeSpan.MaxValue);
    }

    /// <summary>
    /// Connections that end while they wait leave nothing behind, no matter how many: the next turn is not late, and none of their turns
    /// runs.
    /// </summary>
    [Fact]
    public async Task Withdraw_WhileTheBudgetIsOverdrawn_LeavesNothingToRun()
    {
        using var thread = new HandshakeThread(_control, NullLogger.Instance);
        var other = Enter(OtherAddress);
        Overdraw();
        var ran = 0;
        for (var i = 0; i < 10_000; i++)
        {
            void Step() => ran++;
            Action step = Step;
            thread.Schedule(other, step);
            thread.Withdraw(step);
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        thread.Schedule(other, done.SetResult);
        await done.Task.WaitAsync(LanePump.Limit);
        Assert.Equal(0, ran);
    }

    [Fact]
    public void Dispose_StepsWait_RunsThem()
    {
        var thread = new HandshakeThread(_control, NullLogger.Instance);
        var other = Enter(OtherAddress);
        Overdraw();
        var ran = 0;
        thread.Schedule(other, () => ran++);
        thread.Schedule(other, () => ran++);

        thread.Dispose();

        Assert.Equal(2, ran);
        thread.Schedule(other, () => ran++);
        Assert.Equal(3, ran);
    }

    private UnauthenticatedConnection Enter(IPAddress address) => _gate.TryEnter(address, LaneClock.Now, () => { })!;

    /// <summary>Overdraws the budget beyond the credit of a new process, so that the next turn is a few tenths of a second away.</summary>
    private void Overdraw() => _control.Handshakes.Charge(TimeSpan.FromSeconds(1.25), LaneClock.Now);
}
