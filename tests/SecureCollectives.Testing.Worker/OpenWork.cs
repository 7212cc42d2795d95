using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Prints "opening", opens and closes communicators one after another for a number of seconds, and prints how long the openings took. It
/// counts failed openings and continues with the next one.
/// </summary>
internal static class OpenWork
{
    public const string Name = "open";

    /// <param name="job">The job.</param>
    /// <param name="protection">The protection of every communicator.</param>
    /// <param name="arguments">The number of seconds. All ranks stop after the same communicator: rank 0's clock decides, and an AllReduce
    /// distributes the decision.</param>
    public static async Task<int> RunAsync(Job job, Protection protection, string[] arguments)
    {
        var limit = TimeSpan.FromSeconds(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        var times = new List<double>();
        var (started, failed, last) = (Stopwatch.GetTimestamp(), 0, new float[1]);
        Console.WriteLine("opening");
        for (var n = 0; last[0] == 0; n++)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await using var group = await job.OpenCommunicatorAsync(
                    string.Create(CultureInfo.InvariantCulture, $"c{n}"), new CommunicatorOptions { Protection = protection });
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                last[0] = job.Rank == 0 && Stopwatch.GetElapsedTime(started) > limit ? 1 : 0;
                await group.AllReduceAsync<float>(last, ReduceOp.Sum);
            }
            catch (Exception error) when (error is MembershipException or CollectiveException)
            {
                failed++;
                Console.WriteLine($"failed {error.Message}");
                last[0] = Stopwatch.GetElapsedTime(started) > limit ? 1 : 0;
            }
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"opened {times.Count}, failed {failed}, median {times[times.Count / 2]:0.0} ms, 99 of 100 within "
                + $"{times[times.Count * 99 / 100]:0.0} ms, worst {times[^1]:0.0} ms"));
        return 0;
    }
}
