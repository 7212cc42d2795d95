using System.Globalization;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The memory that a worker process needs in addition to its caller's buffers, over TCP.</summary>
public sealed class MemoryTests
{
    private const int Size = 4;
    private const long MostKib = 64 * 1024;

    /// <summary>
    /// Compares each process's peak resident set (code, stacks, libraries and garbage included) with its resident set just after it had
    /// joined and collected its garbage. The difference is about 15 MiB, most of it compiled code, so the state of the collector or machine
    /// does not decide the outcome.
    /// </summary>
    [Theory]
    [InlineData(Protection.UnsafePlaintext)]
    [InlineData(Protection.Aead)]
    public async Task Worker_ExchangingBuffersOf64MiB_UsesLittleMemoryAndAllocatesNothing(Protection protection)
    {
        await using var cluster = new LocalCluster(Size);
        WorkerProcess[] workers = [
            .. Enumerable.Range(0, Size).Select(rank => new WorkerProcess(cluster.Options(rank), "memory", protection))];
        try
        {
            foreach (var worker in workers)
            {
                var joined = await NumberAsync(worker, "joined");
                var opened = await NumberAsync(worker, "opened");
                var peak = await NumberAsync(worker, "peak");
                Assert.True(peak - joined <= MostKib,
                    $"rank {worker.Rank} had {joined} KiB when it had joined, {opened} with its communicator and {peak} at most");
                Assert.Equal(0, await NumberAsync(worker, "allocated"));
                Assert.Equal(0, await worker.ExitAsync());
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Dispose();
            }
        }
    }

    private static async Task<long> NumberAsync(WorkerProcess worker, string name)
    {
        var line = await worker.ReadLineAsync();
        Assert.True(line.StartsWith(name + ' ', StringComparison.Ordinal), $"rank {worker.Rank} said: {line}");
        return long.Parse(line.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
