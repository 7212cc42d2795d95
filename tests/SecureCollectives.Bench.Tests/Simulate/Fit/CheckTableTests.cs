using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Tests.Simulate.Model;

namespace SecureCollectives.Bench.Tests.Simulate.Fit;

public sealed class CheckTableTests
{
    private const int WidestTerminalLine = 160;

    private static readonly CheckedTime[] Checks =
    [
        new(new LocalCase(2, 1, 4096, IsSealed: false), 100e-6, 101e-6, IsFitted: true),
        new(new LocalCase(3, 1, 1 << 20, IsSealed: false), 1e-3, 1.1e-3, IsFitted: false),
        new(new LocalCase(4, 2, 1 << 20, IsSealed: true), 1e-3, 0.7e-3, IsFitted: false),
        new(new LocalCase(8, 1, 16 << 20, IsSealed: true), 0.2, 0.24, IsFitted: false),
    ];

    [Fact]
    public void Lines_Checks_HaveMeasuredPredictedAndError()
    {
        var lines = CheckTable.Lines(Checks).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();

        Assert.Equal(["2", "-", "4", "KiB", "recursive", "doubling", "plaintext", "100.0", "101.0", "+1.0", "fit"], lines[2]);
        Assert.Equal(["3", "-", "1", "MiB", "ring", "plaintext", "1000.0", "1100.0", "+10.0", "check"], lines[3]);
        Assert.Equal(["4", "2", "1", "MiB", "hierarchical", "ring", "aead", "1000.0", "700.0", "-30.0", "check"], lines[4]);
        Assert.Equal(["8", "-", "16", "MiB", "ring", "aead", "200000", "240000", "+20.0", "check"], lines[5]);
    }

    [Fact]
    public void Lines_Errors_AreSummedUpApart() => Assert.Equal(
        [
            "Error of the rows that were not used for the fit: median 20.0 %, largest 30.0 %.",
            "Error of the rows that were used for the fit: median 1.0 %, largest 1.0 %.",
        ],
        CheckTable.Lines(Checks).TakeLast(2));

    [Fact]
    public void LargestError_OfThoseThatWereNotFitted() => Assert.Equal(0.3, CheckedTime.LargestError(Checks), 1e-9);

    /// <summary>With a core for each rank, no fitted time shows the cost of a switch.</summary>
    [Theory]
    [InlineData(2, "fitted to real AllReduces")]
    [InlineData(3, "fitted to real AllReduces")]
    [InlineData(4, "assumed, not measured")]
    [InlineData(8, "assumed, not measured")]
    public void Lines_Switch_SaysWhetherItWasMeasured(int cores, string source) =>
        Assert.Contains(source,
            Assert.Single(ParameterTable.Lines(TestParameters.Usual, cores),
                line => line.Contains("core switch to another rank", StringComparison.Ordinal)));

    [Fact]
    public void Lines_NarrowTerminal_FitIt() =>
        Assert.All([.. CheckTable.Lines(Checks, 80).SkipLast(2).Skip(1), .. ParameterTable.Lines(TestParameters.Usual, 8, 80).Skip(1)],
            line => Assert.True(line.Length <= 80, line));

    [Fact]
    public void Lines_Any_FitATerminal() =>
        Assert.All([.. CheckTable.Lines(Checks), .. ParameterTable.Lines(TestParameters.Usual, cores: 8)],
            line => Assert.True(line.Length <= WidestTerminalLine, line));
}
