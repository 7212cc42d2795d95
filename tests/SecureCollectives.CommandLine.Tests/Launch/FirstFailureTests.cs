using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class FirstFailureTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(0, "3 3 3")]
    [InlineData(1, "0 3 3")]
    [InlineData(2, "3 3 143")]
    [InlineData(1, "3 137 143")]
    [InlineData(2, "3 3 139")]
    // SIGABRT and SIGPIPE are a program's reaction to another program's failure.
    [InlineData(0, "3 134 141")]
    [InlineData(0, "134 3 3")]
    public void Of_ExitsInOrder_ReturnsTheFirstOrTheOneEndedByAnExternalSignal(int rank, string codes) =>
        Assert.Equal(rank, FirstFailure.Of(Exits(codes), Start.AddHours(1)).Rank);

    [Fact]
    public void Of_SignalledByTheLauncher_IsNotTheCause() => Assert.Equal(
        0, FirstFailure.Of(Exits("3 143 143"), Start.AddSeconds(0.5)).Rank);

    private static IEnumerable<WorkerExit> Exits(string codes) =>
        codes.Split(' ').Select((code, rank) => new WorkerExit(rank, int.Parse(code), Start.AddSeconds(rank)));
}
