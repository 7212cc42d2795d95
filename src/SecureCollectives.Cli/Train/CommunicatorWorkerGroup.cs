using Microsoft.Extensions.Logging;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Train;

/// <summary>A worker group based on a communicator. Owns the communicator, its job and their log.</summary>
internal sealed class CommunicatorWorkerGroup : IWorkerGroup
{
    private const string CommunicatorId = "gradients";

    private readonly ILoggerFactory _log;
    private readonly Job _job;
    private readonly Communicator _communicator;

    private CommunicatorWorkerGroup(ILoggerFactory log, Job job, Communicator communicator)
    {
        _log = log;
        _job = job;
        _communicator = communicator;
    }

    public int Rank => _communicator.Rank;

    public int Size => _communicator.Size;

    /// <summary>Joins the job described by the environment.</summary>
    public static async Task<IWorkerGroup> OpenAsync(CommunicatorOptions options, CancellationToken cancellationToken)
    {
        var jobOptions = JobOptions.FromEnvironment();
        var log = WorkerLog.Create();
        Job? job = null;
        try
        {
            jobOptions.LoggerFactory = log;
            job = await Job.JoinAsync(jobOptions, cancellationToken).ConfigureAwait(false);
            var communicator = await job.OpenCommunicatorAsync(CommunicatorId, options, cancellationToken).ConfigureAwait(false);
            return new CommunicatorWorkerGroup(log, job, communicator);
        }
        catch
        {
            if (job is not null)
            {
                await job.DisposeAsync().ConfigureAwait(false);
            }

            log.Dispose();
            throw;
        }
    }

    public async Task AverageAsync(Memory<float> values, CancellationToken cancellationToken) =>
        await _communicator.AllReduceAsync<float>(values, ReduceOp.Average, cancellationToken).ConfigureAwait(false);

    public async Task<WeightDigest[]> GatherAsync(WeightDigest digest, CancellationToken cancellationToken)
    {
        var all = new int[WeightDigest.Words * Size];
        await _communicator.AllGatherAsync<int>(digest.ToWords(), all, cancellationToken).ConfigureAwait(false);
        return [.. all.Chunk(WeightDigest.Words).Select(words => WeightDigest.FromWords(words))];
    }

    public async ValueTask DisposeAsync()
    {
        await _communicator.DisposeAsync().ConfigureAwait(false);
        await _job.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }
}
