using System.Globalization;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Many communicators per worker process, some of them subgroups, each used by its own thread.</summary>
public sealed class CrowdTests
{
    private const int CallsOfAThread = 1000;
    private const int Tenths = 10;

    /// <summary>
    /// The maximum growth of the collected heap from the second tenth of the calls to the last, which is 6400 calls. It is less than the
    /// smallest object per call.
    /// </summary>
    private const long MostGrowth = 6400 * 16;

    /// <summary>The tolerance for thread-pool threads, which come and go.</summary>
    private const int MostThreadsMore = 8;

    [Theory]
    [InlineData(Protection.UnsafePlaintext)]
    [InlineData(Protection.Aead)]
    public async Task EightThreads_OnACommunicatorEach_GetCorrectResultsWithoutMemoryGrowth(Protection protection)
    {
        await using var cluster = new LocalCluster(4);
        WorkerProcess[] workers = [.. Enumerable.Range(0, cluster.Size)
            .Select(rank => new WorkerProcess(cluster.Options(rank), "crowd", protection, CallsOfAThread))];
        try
        {
            foreach (var worker in workers)
            {
                var passed = new List<long[]>();
                while (passed.Count < Tenths)
                {
                    passed.Add(await NumbersAsync(worker, "passed"));
                }

                Assert.All(passed, numbers => Assert.Equal(0, numbers[1]));
                Assert.InRange(passed[^1][2], 0, passed[1][2] + MostGrowth);
                Assert.InRange(passed[^1][3], 0, passed[1][3] + MostThreadsMore);
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

    private static async Task<long[]> NumbersAsync(WorkerProcess worker, string word)
    {
        var line = (await worker.ReadLineAsync()).Split(' ');
        Assert.True(line[0] == word, $"rank {worker.Rank} said: {string.Join(' ', line)}");
        return [.. line[1..].Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
    }
}
