using System.Globalization;
using System.Text.RegularExpressions;

namespace SecureCollectives.Cli.Tests.Examples;

/// <summary>The example as its first lines say to run it.</summary>
public sealed partial class DataParallelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Launch_DataParallel_LearnsAndEndsWithTheSameWeightsOnAllRanks(int workers)
    {
        using var directory = new TemporaryDirectory();
        using var launch = ProgramProcess.Start(
            "secure-collectives", directory, "launch", "--workers", $"{workers}", "--", "dotnet", Path.Combine(AppContext.BaseDirectory, "DataParallel.dll"));
        var (code, output, error) = await launch.ExitAsync();

        Assert.Empty(error);
        Assert.Equal(0, code);
        var losses = output.Select(line => LossLine().Match(line)).Where(match => match.Success)
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(10, losses.Length);
        Assert.True(losses[^1] < losses[0] / 10, string.Join(' ', losses));

        var weights = output.Select(line => WeightsLine().Match(line)).Where(match => match.Success).ToArray();
        Assert.Equal(Enumerable.Range(0, workers), weights.Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Order());
        Assert.Single(weights.Select(match => match.Groups[2].Value).Distinct());
    }

    [GeneratedRegex("^\\[0\\] epoch +[0-9]+  loss ([0-9.]+)$")]
    private static partial Regex LossLine();

    [GeneratedRegex("^\\[([0-9]+)\\] weights ([0-9a-f]{16})$")]
    private static partial Regex WeightsLine();
}
