using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Calls AllReduce until it fails. The arguments are the number of elements in the buffer, the time limit of an operation in milliseconds
/// and the number of channels. Prints "running" once it is well under way, and finally why it stopped. The process's one-time work, such as
/// compiling methods, is done before the time limit applies.
/// </summary>
internal static class FaultWork
{
    public const string Name = "faults";

    private const int RoundsToWarmUp = 4;
    private const int RoundsUntilRunning = 10;
    private const int ExitFailed = 3;

    public static async Task<int> RunAsync(Job job, Protection protection, string[] arguments)
    {
        var length = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var timeout = TimeSpan.FromMilliseconds(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var channels = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var buffer = new int[length];
        await using (var first = await job.OpenCommunicatorAsync(
            "warm-up", new CommunicatorOptions { Protection = protection, Channels = channels }))
        {
            for (var round = 1; round <= RoundsToWarmUp; round++)
            {
                await CallAsync(first, buffer, round);
            }
        }

        await using var group = await job.OpenCommunicatorAsync(
            Name, new CommunicatorOptions { OperationTimeout = timeout, Protection = protection, Channels = channels });
        var sum = group.Size * (group.Size + 1) / 2;
        try
        {
            for (var round = 1; ; round++)
            {
                await CallAsync(group, buffer, round);
                if (buffer.AsSpan().ContainsAnyExcept(sum))
                {
                    Console.WriteLine("wrong result");
                    return 1;
                }

                if (round == RoundsUntilRunning)
                {
                    Console.WriteLine("running");
                }
            }
        }
        catch (CollectiveException exception)
        {
            Console.WriteLine($"failed {exception.Error} {exception.Culprit}");
            Console.WriteLine(exception.Message);
            return ExitFailed;
        }
    }

    private static async Task CallAsync(Communicator group, int[] buffer, int round)
    {
        Array.Fill(buffer, group.Rank + 1);
        if (round % 2 == 0)
        {
            group.AllReduce<int>(buffer, ReduceOp.Sum);
        }
        else
        {
            await group.AllReduceAsync<int>(buffer, ReduceOp.Sum);
        }
    }
}
