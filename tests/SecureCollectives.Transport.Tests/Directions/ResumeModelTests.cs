using SecureCollectives.Transport.Tests.Directions.Model;

namespace SecureCollectives.Transport.Tests.Directions;

/// <summary>
/// Every interleaving of two ranks whose link ends at any moment and is replaced, over the product's own directions, cursors, kept messages and frame counters.
/// </summary>
public sealed class ResumeModelTests
{
    /// <summary>Operations, lanes, messages that a lane may keep, and how often the link ends; and so many states there are at least.</summary>
    public static TheoryData<string, int, int, int, int> Scenarios => new()
    {
        { "3", 1, 4, 2, 1 },
        { "2b2", 1, 4, 1, 1 },
        { "mmmb", 1, 4, 1, 1 },
        { "mmm", 1, 1, 1, 1 },
        { "m2m", 1, 1, 1, 1 },
        { "3", 2, 4, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Run_EveryInterleaving_AppliesAllOnce(string operations, int lanes, int keptMessages, int breaks, int leastStates)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var exploration = new Explorer(new Scenario(operations, lanes, keptMessages, breaks)).Run();
        Console.WriteLine($"{operations} {lanes} {keptMessages} {breaks}: {exploration} {clock.Elapsed}");

        Assert.Null(exploration.Violation);
        Assert.InRange(exploration.States, leastStates, int.MaxValue);
        Assert.InRange(exploration.Ends, 1, int.MaxValue);
    }
}
