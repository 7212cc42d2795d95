using System.Net;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Security.Tests.Admission;

public sealed class AdmissionControlTests
{
    private static readonly TimeSpan Now = TimeSpan.FromDays(3);

    private readonly AdmissionControl _control = new(maxMemberAddresses: 2);
    private readonly UnauthenticatedGate _gate;

    public AdmissionControlTests() => _gate = new UnauthenticatedGate(new AdmissionLimits { Control = _control });

    [Fact]
    public void WaitFor_BudgetHalfSpent_MembersContinueAndOthersWait()
    {
        _control.Members.Add(Address(1));
        var member = Enter(1);
        var other = Enter(2);
        _control.Charge(other, TimeSpan.FromMilliseconds(1000 + 101), Now);
        Assert.Equal(TimeSpan.Zero, _control.WaitFor(member, Now));
        Assert.NotEqual(TimeSpan.Zero, _control.WaitFor(other, Now));

        // Members cannot overdraw the budget either, because their addresses prove nothing.
        _control.Charge(member, TimeSpan.FromMilliseconds(100), Now);
        Assert.NotEqual(TimeSpan.Zero, _control.WaitFor(member, Now));
    }

    [Fact]
    public void Admit_MembersConnection_CostsNothingAndItsAddressIsKnown()
    {
        var joining = Enter(1);
        _control.Charge(joining, TimeSpan.FromSeconds(5), Now);
        _control.Admit(joining, Now);
        Assert.Equal(TimeSpan.Zero, _control.WaitFor(Enter(2), Now));
        Assert.Equal(0, _control.Costs.Of(joining.Source, Now));
        Assert.True(Enter(1).IsFromMember);
    }

    [Fact]
    public void TurnOf_Waiting_OrdersByMembershipThenSourceCostThenProgressThenNewest()
    {
        _control.Members.Add(Address(9));
        var expensive = Enter(1);
        var cheap = Enter(2);
        var cheapUnderWay = Enter(2);
        var cheapNewest = Enter(2);
        var joining = Enter(3);
        var member = Enter(9);
        _control.Charge(expensive, TimeSpan.FromMilliseconds(50), Now);
        _control.Charge(cheapUnderWay, TimeSpan.FromMilliseconds(1), Now);
        cheapUnderWay.IsUnderWay = true;

        UnauthenticatedConnection[] inTurn =
            [.. new[] { expensive, cheap, cheapUnderWay, cheapNewest, joining, member }.OrderBy(waiting => _control.TurnOf(waiting, Now))];

        Assert.Equal([member, joining, cheapUnderWay, cheapNewest, cheap, expensive], inTurn);
    }

    [Fact]
    public void Members_TooMany_TheLeastRecentlySeenIsForgotten()
    {
        _control.Members.Add(Address(1));
        _control.Members.Add(Address(2));
        _control.Members.Add(Address(1));
        _control.Members.Add(Address(3));
        Assert.True(_control.Members.Contains(SourceAddress.Of(Address(1))));
        Assert.False(_control.Members.Contains(SourceAddress.Of(Address(2))));
        Assert.True(_control.Members.Contains(SourceAddress.Of(Address(3))));
    }

    [Fact]
    public void Costs_OverTime_AreHalved()
    {
        var source = SourceAddress.Of(Address(1));
        _control.Costs.Add(source, TimeSpan.FromSeconds(1), Now);
        Assert.Equal(0.25, _control.Costs.Of(source, Now + (2 * SourceCosts.HalfLife)), precision: 9);
    }

    [Fact]
    public void Costs_EndlessNewSources_StayBoundedAndKeepTheMostExpensive()
    {
        var expensive = SourceAddress.Of(Address(1));
        _control.Costs.Add(expensive, TimeSpan.FromSeconds(1), Now);
        for (var i = 0; i < 10_000; i++)
        {
            _control.Costs.Add(SourceAddress.Of(Address(1000 + i)), TimeSpan.FromMilliseconds(1), Now);
        }

        Assert.Equal(1, _control.Costs.Of(expensive, Now));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => _control.Costs.Of(SourceAddress.Of(Address(1000 + i)), Now) > 0), 1,
            SourceCosts.MaxSources);
    }

    private static IPAddress Address(int host) => new([10, 0, (byte)(host >> 8), (byte)host]);

    private UnauthenticatedConnection Enter(int host) => _gate.TryEnter(Address(host), Now, () => { })!;
}
