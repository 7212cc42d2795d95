using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench;

/// <summary>The verb <c>worker</c>: one rank of a group that was started elsewhere.</summary>
internal static class WorkerVerb
{
    public const string Name = "worker";

    /// <summary>Makes rank 0 report to a parent process instead of the user.</summary>
    public const string Events = "--events";

    private const string Description = """
        Runs one rank of the bench in an existing group of workers, such as containers or the tasks of a
        scheduler. Like every worker of the library, each rank reads RANK, WORLD_SIZE, MASTER_ADDR and
        MASTER_PORT, and its identity from SECURE_COLLECTIVES_*. Start all ranks with the same options. Rank 0
        prints the table and writes the files.

          SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 torchrun --nnodes 4 --nproc-per-node 1 --no-python secure-collectives-bench worker

        Plaintext, the baseline, is measured only if SECURE_COLLECTIVES_ALLOW_PLAINTEXT is 1 on every rank.
        """;

    public static Command Create()
    {
        var parameters = new ParameterOptions();
        var reports = new ReportOptions();
        var events = new Option<bool>(Events) { Hidden = true };
        var command = new Command(Name, Description) { events };
        parameters.AddTo(command);
        reports.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var wanted = parameters.Read(parsed);
            var output = parsed.InvocationConfiguration.Output;
            return parsed.GetValue(events)
                ? RunUnderParentAsync(wanted, output, cancellationToken)
                : RunAloneAsync(wanted, reports, parsed, cancellationToken);
        });
        return command;
    }

    /// <summary>Always returns success: the parent receives the rows and judges them.</summary>
    private static async Task<int> RunUnderParentAsync(BenchParameters parameters, TextWriter output, CancellationToken cancellationToken)
    {
        var job = JobOptions.FromEnvironment();
        await RunAsync(job, parameters, job.Rank == 0 ? new EventWriter(output) : new SilentSink(), NullLoggerFactory.Instance,
            ownsMachine: true, cancellationToken).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task<int> RunAloneAsync(
        BenchParameters parameters, ReportOptions reports, ParseResult parsed, CancellationToken cancellationToken)
    {
        var job = JobOptions.FromEnvironment();
        using var log = WorkerLog.Create();
        if (job.Rank != 0)
        {
            return ExitCodeOf(await RunAsync(
                job, parameters, new SilentSink(), log, ownsMachine: false, cancellationToken).ConfigureAwait(false));
        }

        using var run = reports.Open(parsed);
        return await run.ShowAsync(
            async sink =>
                ExitCodeOf(await RunAsync(job, parameters, sink, log, ownsMachine: false, cancellationToken).ConfigureAwait(false)))
                    .ConfigureAwait(false);
    }

    private static int ExitCodeOf(bool right) => right ? ExitCode.Success : ExitCode.Failed;

    private static async Task<bool> RunAsync(
        JobOptions options, BenchParameters parameters, IEventSink sink, ILoggerFactory log, bool ownsMachine,
            CancellationToken cancellationToken)
    {
        if (options.WorldSize < 2)
        {
            throw new CommandFailureException(
                ExitCode.Usage, "a world of one worker exchanges no data to protect; WORLD_SIZE must be 2 or more.");
        }

        parameters.Require(options.WorldSize);
        options.LoggerFactory = log;
        var job = await Job.JoinAsync(options, cancellationToken).ConfigureAwait(false);
        await using var ownsJob = job.ConfigureAwait(false);
        // When the user cancels, leaving the job ends a running operation. Passing a token to each call instead would cost a registration
        // per call.
        await using var leaving = cancellationToken.Register(static state => _ = ((Job)state!).DisposeAsync().AsTask(), job)
            .ConfigureAwait(false);
        try
        {
            var named = parameters.WithSuite((CipherSuite)job.AutomaticSuite);
            return await new BenchSession(job, named, options.AllowPlaintext, ownsMachine, sink).RunAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is CollectiveException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
