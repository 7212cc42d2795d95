using System.Globalization;
using SecureCollectives;

// A worker that calls AllReduce until something ends it. Its place in the job comes from the environment, as launchers set it; its arguments are the elements
// of the buffer, the time limit of an operation in milliseconds and the protection. It says "running" when it is well under way, and in the end why it stopped.
const int RoundsUntilRunning = 10;
const int ExitFailed = 3;

var length = int.Parse(args[0], CultureInfo.InvariantCulture);
var timeout = TimeSpan.FromMilliseconds(int.Parse(args[1], CultureInfo.InvariantCulture));
var protection = Enum.Parse<Protection>(args[2]);

await using var job = await Job.JoinAsync(JobOptions.FromEnvironment());
await using var group = await job.OpenCommunicatorAsync("faults", new CommunicatorOptions { OperationTimeout = timeout, Protection = protection });
var buffer = new int[length];
var sum = group.Size * (group.Size + 1) / 2;
try
{
    for (var round = 1; ; round++)
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
