using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using SecureCollectives.Microbenchmarks.Lanes;
using BenchmarkJob = BenchmarkDotNet.Jobs.Job;

namespace SecureCollectives.Microbenchmarks;

internal static class Program
{
    /// <summary>
    /// Runs in this process, to avoid another build, and briefly: half a second per figure is accurate to a few per cent on a quiet
    /// machine. BenchmarkDotNet's own options (--job medium, --iterationTime 500, ...) override these.
    /// </summary>
    private static readonly BenchmarkJob Short = BenchmarkJob.Default
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(2)
        .WithIterationCount(5)
        .WithIterationTime(TimeInterval.FromMilliseconds(100));

    private const int EngineNameLength = 40;

    private static async Task Main(string[] arguments)
    {
        if (arguments is ["lanes", .. var rest])
        {
            await LaneThroughput.RunAsync(rest);
            return;
        }

        var config = DefaultConfig.Instance
            .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.DisableOptimizationsValidator)
            .AddJob(Short.AsDefault())
            .AddColumn(new ThroughputColumn())
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(EngineNameLength));
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments, config);
    }
}
