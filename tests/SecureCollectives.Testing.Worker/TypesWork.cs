using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Compares AllReduce on 16-bit numbers with AllReduce on the same number of bytes of float. Prints "TYPE BYTES MICROSECONDS RATIO" on rank
/// 0. The figures are medians over rounds in which the types take turns.
/// </summary>
internal static class TypesWork
{
    public const string Name = "types";

    private const int Rounds = 31;
    private const int Warmup = 5;

    private static readonly int[] Sizes = [64 << 10, 1 << 20, 16 << 20];

    public static async Task<int> RunAsync(Job job, Protection protection)
    {
        await using var group = await job.OpenCommunicatorAsync(Name, new CommunicatorOptions { Protection = protection });
        foreach (var bytes in Sizes)
        {
            (string Type, Action Call)[] calls =
            [
                ("float", Of<float>(group, bytes, ReduceOp.Sum)),
                ("Half", Of<Half>(group, bytes, ReduceOp.Sum)),
                ("BFloat16", Of<BFloat16>(group, bytes, ReduceOp.Sum)),
                ("float-average", Of<float>(group, bytes, ReduceOp.Average)),
                ("Half-average", Of<Half>(group, bytes, ReduceOp.Average)),
                ("BFloat16-average", Of<BFloat16>(group, bytes, ReduceOp.Average)),
            ];
            var times = calls.Select(static _ => new List<double>()).ToArray();
            for (var round = -Warmup; round < Rounds; round++)
            {
                foreach (var (index, call) in calls.Index())
                {
                    group.Barrier();
                    var started = Stopwatch.GetTimestamp();
                    call.Call();
                    if (round >= 0)
                    {
                        times[index].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
                    }
                }
            }

            var medians = times.Select(static ofType => ofType.Order().ElementAt(Rounds / 2)).ToArray();
            for (var index = 0; index < calls.Length && job.Rank == 0; index++)
            {
                var of = index < calls.Length / 2 ? medians[0] : medians[calls.Length / 2];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{calls[index].Type} {bytes} {medians[index]:0.0} {medians[index] / of:0.00}"));
            }
        }

        return 0;
    }

    /// <summary>Repeats operations that are too short to be timed on their own.</summary>
    private static Action Of<T>(Communicator group, int bytes, ReduceOp operation)
        where T : unmanaged
    {
        var (input, output) = (new T[bytes / System.Runtime.CompilerServices.Unsafe.SizeOf<T>()],
            new T[bytes / System.Runtime.CompilerServices.Unsafe.SizeOf<T>()]);
        var times = Math.Max(1, (1 << 20) / bytes);
        return () =>
        {
            for (var i = 0; i < times; i++)
            {
                group.AllReduce<T>(input, output, operation);
            }
        };
    }
}
