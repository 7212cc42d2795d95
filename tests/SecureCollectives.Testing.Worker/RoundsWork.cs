using System.Diagnostics;
using System.Globalization;
using SecureCollectives.Links;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Obeys orders, line by line, while its connections are sabotaged, and reports the results. It prints "listening PORT" and waits for a
/// line, then prints "opened". It answers "run COUNT PACE" with "round NUMBER START END HEALS REPLACEMENTS DIGEST" for each round and a
/// final "idle STALL". It answers "barrier", and "collect", which collects garbage, with "idle STALL". At "end" it leaves the job. If
/// anything fails, it prints "failed TIME STALL ERROR CULPRIT OTHER MESSAGE" and leaves. Times are from the monotonic clock, which all
/// processes share; stalls are in milliseconds.
/// </summary>
internal static class RoundsWork
{
    public const string Name = "rounds";

    private const int ExitFailed = 3;
    private const int Nobody = -1;

    /// <param name="place">The worker's place in the job.</param>
    /// <param name="arguments">The protection, the transport, the bytes per round, the time limits of an operation and of opening and the
    /// lifetime of links (all three in milliseconds), and "rings" for AllReduce and AllGather, or "family".</param>
    public static async Task<int> RunAsync(JobOptions place, string[] arguments)
    {
        var heartbeat = new Heartbeat();
        place.LoggerFactory = new AnnouncingLogger();
        try
        {
            await using var job = await Job.JoinAsync(place);
            Orders.Say($"joined");
            await using var group = await job.OpenCommunicatorAsync(Name, Options(arguments));
            await using var part = arguments[6] == "family" ? await group.SplitAsync(job.Rank % 2, job.Rank, Options(arguments)) : null;
            var calls = new RoundCalls(group, part, new RoundInputs(job.Rank, job.WorldSize, Number(arguments[2])));
            Orders.Say($"opened");
            try
            {
                await ObeyAsync(group, calls, heartbeat);
                return 0;
            }
            catch (CollectiveException exception)
            {
                // Report before disposing, which takes time of its own.
                Fail(exception.Error.ToString(), exception.Culprit, exception.OtherCulprit ?? Nobody, exception);
            }
        }
        catch (MembershipException exception)
        {
            Fail(exception.Error.ToString(), Nobody, Nobody, exception);
        }

        return ExitFailed;

        void Fail(string error, int culprit, int other, Exception exception)
        {
            var (now, worst) = (Stopwatch.GetTimestamp(), heartbeat.Worst.TotalMilliseconds);
            Orders.Say($"failed {now} {worst:0} {error} {culprit} {other} {exception.Message}");
        }
    }

    private static async Task ObeyAsync(Communicator group, RoundCalls calls, Heartbeat heartbeat)
    {
        var round = 0;
        while (true)
        {
            // Use a pool thread, because ReadLine blocks.
            var order = (await Task.Run(Orders.Next)).Split(' ');
            heartbeat.Reset();
            switch (order[0])
            {
                case "run":
                    for (var last = round + Number(order[1]); round < last; round++)
                    {
                        var started = Stopwatch.GetTimestamp();
                        var digest = await calls.RunAsync(round);
                        var ended = Stopwatch.GetTimestamp();
                        var (heals, replacements) = calls.Counts();
                        Orders.Say($"round {round} {started} {ended} {heals} {replacements} {digest}");
                        await Task.Delay(Number(order[2]));
                    }

                    break;
                case "barrier":
                    await group.BarrierAsync();
                    break;
                case "collect":
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    break;
                default:
                    return;
            }

            Orders.Say($"idle {heartbeat.Worst.TotalMilliseconds:0}");
        }
    }

    private static CommunicatorOptions Options(string[] arguments) => new()
    {
        Protection = Enum.Parse<Protection>(arguments[0]),
        Transport = Enum.Parse<TransportKind>(arguments[1]),
        OperationTimeout = TimeSpan.FromMilliseconds(Number(arguments[3])),
        OpenTimeout = TimeSpan.FromMilliseconds(Number(arguments[4])),
        LinkLifetime = TimeSpan.FromMilliseconds(Number(arguments[5])),

        // Do not limit heals: these tests cause more faults than would normally justify keeping a link.
        LinkKeeping =
            new LinkKeeperOptions { HealsPerMinute = int.MaxValue, RequestsPerMinute = int.MaxValue, AttemptsPerMinute = int.MaxValue },
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
