using System.Globalization;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>A buffer with more bytes than an int can count, in real processes.</summary>
[Collection(RunAlone.Name)]
public sealed class LargeBufferTests
{
    private const int Size = 2;
    private const int Elements = 600_000_000;
    private const long BytesNeeded = (Size * (long)Elements * sizeof(float)) + (1L << 30);

    /// <summary>The maximum memory that a process may need in addition to the buffer, code and libraries included.</summary>
    private const long MostKib = 192 * 1024;

    /// <summary>Long enough for a busy machine that has to free memory first.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task AllReduce_600MillionFloats_IsCorrectWithLittleExtraMemory()
    {
        var available = AvailableBytes();
        Assert.SkipUnless(available >= BytesNeeded,
            $"This test needs {BytesNeeded >> 20} MiB of memory; {available >> 20} MiB are available.");
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

        // A container may have less memory than the machine.
        return Math.Min(ofTheMachine, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }
}
