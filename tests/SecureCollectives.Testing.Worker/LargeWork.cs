using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Sums one large buffer of floats over all ranks, and prints "reduced SECONDS WRONG PEAK BUFFER": the duration of the call, the number of
/// wrong elements and, in KiB, the process's peak memory and the size of the buffer, which is part of it.
/// </summary>
internal static class LargeWork
{
    public const string Name = "large";

    /// <summary>A prime, so that adjacent chunks, whose lengths are powers of two, begin with different numbers.</summary>
    private const int Period = 8191;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <param name="job">The job.</param>
    /// <param name="protection">The protection of the communicator.</param>
    /// <param name="arguments">The number of elements.</param>
    public static async Task<int> RunAsync(Job job, Protection protection, string[] arguments)
    {
        var buffer = new float[int.Parse(arguments[0], CultureInfo.InvariantCulture)];
        ForEachPeriod(buffer, Periodic(index => Input(index, job.Rank)), static (period, part) => period.CopyTo(part));
        await using var group = await job.OpenCommunicatorAsync(
            Name, new CommunicatorOptions { Protection = protection, OperationTimeout = Limit });
        var started = Stopwatch.GetTimestamp();
        await group.AllReduceAsync<float>(buffer, ReduceOp.Sum);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var wrong = 0L;
        var sums = Periodic(index => Enumerable.Range(0, job.WorldSize).Sum(rank => Input(index, rank)));
        ForEachPeriod(buffer, sums, (period, part) => wrong += period.SequenceEqual(part) ? 0 : Differences(period, part));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"reduced {seconds:0.0} {wrong} {OwnStatus.Peak()} {(long)buffer.Length * sizeof(float) / 1024}"));
        await group.BarrierAsync();
        return wrong == 0 ? 0 : 1;
    }

    private static float[] Periodic(Func<int, float> numberAt) => [.. Enumerable.Range(0, Period).Select(numberAt)];

    private static void ForEachPeriod(float[] buffer, float[] period, Visitor visit)
    {
        for (var i = 0; i < buffer.Length; i += Period)
        {
            var part = buffer.AsSpan(i, Math.Min(Period, buffer.Length - i));
            visit(period.AsSpan(0, part.Length), part);
        }
    }

    private static long Differences(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var differences = 0L;
        for (var i = 0; i < expected.Length; i++)
        {
            differences += expected[i] == actual[i] ? 0 : 1;
        }

        return differences;
    }

    private delegate void Visitor(ReadOnlySpan<float> period, Span<float> part);

    /// <summary>Returns whole numbers small enough that their sums are exact in any order.</summary>
    private static float Input(int index, int rank) => (index + (rank * 31)) % Period;
}
