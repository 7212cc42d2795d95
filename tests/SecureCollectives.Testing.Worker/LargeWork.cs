using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Sums one large buffer of floats over all ranks, and says "reduced SECONDS WRONG PEAK BUFFER": how long the call took, how many of the first, the last and 1,000 random
/// elements are wrong, and in KiB the most memory that the process ever had and what of it is the buffer.
/// </summary>
internal static class LargeWork
{
    public const string Name = "large";

    private const int Places = 1000;
    private const int Seed = 600;

    /// <summary>A prime, so that no chunk or shard begins with the same numbers as another.</summary>
    private const int Period = 8191;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <param name="job">The job.</param>
    /// <param name="protection">The protection of its communicator.</param>
    /// <param name="arguments">How many elements.</param>
    public static async Task<int> RunAsync(Job job, Protection protection, string[] arguments)
    {
        var buffer = new float[int.Parse(arguments[0], CultureInfo.InvariantCulture)];
        var period = Enumerable.Range(0, Period).Select(index => Input(index, job.Rank)).ToArray();
        for (var i = 0; i < buffer.Length; i += Period)
        {
            period.AsSpan(0, Math.Min(Period, buffer.Length - i)).CopyTo(buffer.AsSpan(i));
        }

        await using var group = await job.OpenCommunicatorAsync(Name, new CommunicatorOptions { Protection = protection, OperationTimeout = Limit });
        var started = Stopwatch.GetTimestamp();
        await group.AllReduceAsync<float>(buffer, ReduceOp.Sum);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var random = new Random(Seed);
        int[] places = [0, buffer.Length - 1, .. Enumerable.Range(0, Places).Select(_ => random.Next(buffer.Length))];
        var wrong = places.Count(place => buffer[place] != Enumerable.Range(0, job.WorldSize).Sum(rank => Input(place, rank)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"reduced {seconds:0.0} {wrong} {OwnStatus.Peak()} {(long)buffer.Length * sizeof(float) / 1024}"));
        await group.BarrierAsync();
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>Whole numbers so small that their sums are exact in every order.</summary>
    private static float Input(int index, int rank) => (index + (rank * 31)) % Period;
}
