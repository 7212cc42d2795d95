using System.CommandLine;
using System.Diagnostics;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Jobs;
using SecureCollectives.Testing.Faults.Killing;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>The verb <c>faults kills</c>.</summary>
internal static class KillsCommand
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var (world, seed, protections) = (SharedOptions.World(usual: 3), SharedOptions.Seed(), SharedOptions.Protections(Protection.Aead));
        var count = NumberOption.Create("--count", "The number of workers to kill, each in a job of its own.", 1, 10_000, () => 200);
        var command = new Command("kills", """
            Kills (SIGKILL) a working worker of a job with shared-memory lanes, again and again. The
            others must name it within 3 s, and in the end nothing may be left behind: no name in /dev/shm, no
            socket of a lane, and no mapping of a lane's memory in any process.
            """) { world, seed, protections, count };
        command.SetAction(async (parsed, token) =>
        {
            var before = Leftovers.Count();
            var failed = 0;
            foreach (var protection in parsed.GetRequiredValue(protections))
            {
                var plan = new JobPlan { World = parsed.GetValue(world), SharesMemory = true, Protection = protection, Bytes = 4 << 20 };
                var run = new KillsRun(plan, parsed.GetValue(seed));
                Console.WriteLine($"{plan.World} workers, {protection}, seed {parsed.GetValue(seed)}; before: {before}");
                for (var kill = 1; kill <= parsed.GetValue(count); kill++)
                {
                    token.ThrowIfCancellationRequested();
                    var complaints = await run.KillOneAsync();
                    failed += complaints.Count > 0 ? 1 : 0;
                    foreach (var complaint in complaints)
                    {
                        Console.WriteLine($"FAIL {complaint}");
                    }

                    if (kill % 20 == 0)
                    {
                        Console.WriteLine($"{kill} killed; the slowest survivor took {run.Slowest.TotalSeconds:0.00} s");
                    }
                }
            }

            // The kernel takes a moment to clean up after the last job.
            var left = Leftovers.Count();
            for (var began = Stopwatch.GetTimestamp(); left != before
                && Stopwatch.GetElapsedTime(began) < SettleLimit; left = Leftovers.Count())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), token);
            }

            Console.WriteLine(left == before ? $"Nothing was left behind: {left}." : $"FAIL left behind: {left}, before: {before}");
            Console.WriteLine(failed == 0 ? "All survivors named the victim in time." : $"FAILED: {failed} kills.");
            return failed == 0 && left == before ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
