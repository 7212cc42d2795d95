using System.Globalization;
using System.Text.RegularExpressions;

namespace SecureCollectives.Cli.Tests.Examples;

/// <summary>Runs the examples with the command in their first lines.</summary>
public sealed partial class ExampleTests
{
    [Theory]
    [InlineData("DataParallel", 1)]
    [InlineData("DataParallel", 4)]
    [InlineData("ShardedWeights", 1)]
    [InlineData("ShardedWeights", 3)]
    public async Task Launch_Training_LearnsAndAllRanksEndWithTheSameWeights(string example, int workers)
    {
        var output = await LaunchAsync(example, workers);
        AssertLearns(Losses(output));
        var weights = output.Select(line => WeightsLine().Match(line)).Where(match => match.Success).ToArray();
        Assert.Equal(Enumerable.Range(0, workers),
            weights.Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Order());
        Assert.Single(weights.Select(match => match.Groups[2].Value).Distinct());
    }

    /// <summary>The printed losses do not depend on how the layers are divided among workers.</summary>
    [Fact]
    public async Task Launch_Pipeline_LearnsTheSameWithAnyNumberOfStages()
    {
        var alone = Losses(await LaunchAsync("Pipeline", 1));
        AssertLearns(alone);
        Assert.Equal(alone, Losses(await LaunchAsync("Pipeline", 4)));
    }

    private static async Task<IReadOnlyList<string>> LaunchAsync(string example, int workers)
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives", directory, "launch", "--workers", $"{workers}", "--", "dotnet",
                Path.Combine(AppContext.BaseDirectory, $"{example}.dll"));
        var (code, output, error) = await launch.ExitAsync();
        Assert.Empty(error);
        Assert.Equal(0, code);
        return [.. output];
    }

    private static double[] Losses(IEnumerable<string> output) =>
        [.. output.Select(line => LossLine().Match(line)).Where(match => match.Success)
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static void AssertLearns(double[] losses)
    {
        Assert.Equal(10, losses.Length);
        Assert.True(losses[^1] < losses[0] / 10, string.Join(' ', losses));
    }

    [GeneratedRegex("^\\[0\\] epoch +[0-9]+  loss ([0-9.]+)$")]
    private static partial Regex LossLine();

    [GeneratedRegex("^\\[([0-9]+)\\] weights ([0-9a-f]{16})$")]
    private static partial Regex WeightsLine();
}
