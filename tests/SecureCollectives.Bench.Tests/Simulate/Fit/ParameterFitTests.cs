using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Tests.Simulate.Model;

namespace SecureCollectives.Bench.Tests.Simulate.Fit;

public sealed class ParameterFitTests
{
    private const int Cores = 2;

    private static readonly long[] Sizes = [4 << 10, 64 << 10, 1 << 20];

    /// <summary>A machine as the fit assumes it: the kernel takes as long to send a byte as to receive it.</summary>
    private static readonly ModelParameters Machine =
        TestParameters.Usual with { SecondsPerByteReceived = TestParameters.Usual.SecondsPerByteSent };

    /// <summary>Given the times that the model predicts for a machine, the fit recovers the machine's parameters.</summary>
    [Fact]
    public void Fit_TimesOfAKnownMachine_FindsItAgain()
    {
        var times = Times(Machine, 2, 3, 4, 6);
        var guess = Machine with
        {
            SecondsPerFrame = 2e-5,
            HandoffSeconds = 1e-6,
            SecondsPerByteSent = 1e-9,
            SecondsPerByteReceived =
            1e-9,
            SwitchSeconds = 1e-6
        };

        var found = ParameterFit.Fit(guess, times, Cores);

        Assert.All(CheckedTime.All(times, found, Cores), check => Assert.InRange(check.ErrorPercent, -10, 10));
        Assert.InRange(found.SecondsPerByteSent / Machine.SecondsPerByteSent, 0.9, 1.1);
        Assert.Equal(found.SecondsPerByteSent, found.SecondsPerByteReceived);
    }

    /// <summary>Times that serve as a check do not influence the fit.</summary>
    [Fact]
    public void Fit_OtherTimes_AreNotLookedAt()
    {
        var times = Times(Machine, 2, 4);
        LocalTime[] spoilt = [.. times, .. Times(Machine, 3).Select(time => time with { Seconds = 1000 })];

        Assert.Equal(ParameterFit.Fit(Machine, times, Cores), ParameterFit.Fit(Machine, spoilt, Cores));
        Assert.All(CheckedTime.All(spoilt, Machine, Cores),
            check => Assert.Equal(!check.Case.IsSealed && check.Case.World != 3, check.IsFitted));
    }

    /// <summary>A parameter that no time depends on keeps its initial guess.</summary>
    [Fact]
    public void Fit_CoreForEachRank_LeavesTheSwitch()
    {
        const int MoreCores = 8;
        var times = Times(Machine, 2, 4).Select(time => time with { Seconds = 1.5 * time.Case.Predict(Machine, MoreCores) }).ToArray();

        Assert.False(ParameterFit.SeesSwitches(MoreCores));
        Assert.Equal(Machine.SwitchSeconds, ParameterFit.Fit(Machine, times, MoreCores).SwitchSeconds);
    }

    [Fact]
    public void Fit_Cancelled_Ends() =>
        Assert.Throws<OperationCanceledException>(
            () => ParameterFit.Fit(Machine, Times(Machine, 2), Cores, new CancellationToken(canceled: true)));

    [Fact]
    public void ErrorPercent_HalfAsLongAgain_IsFifty() =>
        Assert.Equal(50, new CheckedTime(new LocalCase(2, 1, 4, false), 2, 3, false).ErrorPercent, 1e-9);

    private static LocalTime[] Times(ModelParameters machine, params IEnumerable<int> worlds) =>
    [
        .. from world in worlds
           from bytes in Sizes
           from measured in (LocalCase[])[new LocalCase(world, 1, bytes, false), new LocalCase(world, 1, bytes, true)]
           select new LocalTime(measured, measured.Predict(machine, Cores)),
    ];
}
