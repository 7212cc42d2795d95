using System.Globalization;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>One buffer of more bytes than an int counts, in real processes.</summary>
[Collection(RunAlone.Name)]
public sealed class LargeBufferTests
{
    private const int Size = 2;
    private const int Elements = 600_000_000;
    private const long BytesNeeded = (Size * (long)Elements * sizeof(float)) + (1L << 30);

    /// <summary>What a process takes beside the buffer, code and libraries included.</summary>
    private const long MostKib = 192 * 1024;

    /// <summary>Of a busy machine, whose memory has to be found first.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task AllReduce_600MillionFloats_IsRightInLittleMemoryBesideTheBuffer()
    {
        var available = AvailableBytes();
        Assert.SkipUnless(available >= BytesNeeded,
            $"This takes {BytesNeeded >> 20} MiB of memory, and {available >> 20} MiB are available.");
        await using var cluster = new LocalCluster(Size);
        WorkerProcess[] workers =
            [.. Enumerable.Range(0, Size).Select(rank => new WorkerProcess(cluster.Options(rank), "large", Protection.Aead, Elements))];
        try
        {
            foreach (var worker in workers)
            {
                var line = (await worker.ReadLineAsync(Limit)).Split(' ');
                Assert.True(line[0] == "reduced", $"rank {worker.Rank} said: {string.Join(' ', line)}");
                Assert.Equal("0", line[2]);
                Assert.InRange(
                    long.Parse(line[3], CultureInfo.InvariantCulture) - long.Parse(line[4], CultureInfo.InvariantCulture), 1, MostKib);
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

    private static long AvailableBytes()
    {
        const string Field = "MemAvailable:";
        var line = File.ReadLines("/proc/meminfo").Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        var ofTheMachine = long.Parse(
            line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture) * 1024;

        // A container may have less.
        return Math.Min(ofTheMachine, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }
}
