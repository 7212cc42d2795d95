using SecureCollectives.Faults;
using SecureCollectives.Membership;

namespace SecureCollectives.Tests.Membership;

/// <summary>Which communicators an arbiter judges even though it does not have them open.</summary>
public sealed class OpenCommunicatorsTests
{
    private static readonly int[] Members = [2, 5];

    /// <summary>Gets the cases: the communicator's id, the rank that reports, and whether it is judged.</summary>
    public static TheoryData<string, int, bool> Questions => new()
    {
        { "p/1.0-0a0b0c0d", 2, true },
        { "p/1.0-0a0b0c0d", 5, true },
        { "p/1.0-0a0b0c0d", 1, false },
        { "p/1.0-0a0b0c0d/3.7-01020304", 5, true },
        { "p/1.0-0a0b0c0d/3.7-01020304", 4, false },
        { "p/1.0-0a0b0c0dx", 2, false },
        { "p/1.0", 2, false },
        { "p", 2, false },
        { "q/1.0-0a0b0c0d", 2, false },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void IsJudged_GroupOfOthers_OnlyForItsMembers(string id, int by, bool isJudged)
    {
        var communicators = new OpenCommunicators(rank: 0);
        communicators.Know(GroupId.Of("p", [10, 11, 12, 13, 14], 1, 0), Members);
        Assert.Equal(isJudged, communicators.IsJudged(by, new CommunicatorInstance(id, 0)));
    }
}
