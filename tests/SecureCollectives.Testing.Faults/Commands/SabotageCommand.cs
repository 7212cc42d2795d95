using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Cutting;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>The verbs <c>faults cuts</c> and <c>faults corruptions</c>: the same run for each transport and protection.</summary>
internal static class SabotageCommand
{
    public static Command Cuts() => Create(
        "cuts",
        """
        Cuts connections while worker processes run every collective in turn, with all ranks and in groups,
        and Send and Receive: at random bytes, with an end of stream, a reset or an end of one direction,
        also while a link is being opened and on idle links. Every result must be bit-identical to a run
        without cuts, nothing may hang, and no worker may hold more resources in the end.
        """,
        NumberOption.Create("--count", "The total number of cuts over all combinations.", 1, 1_000_000, () => 1000),
        isForEachProtection: false,
        [Protection.Aead, Protection.Tls],
        static (plan, count, random, progress, token) => new CutsRun(plan, count, random, progress.Say).RunAsync(token));

    public static Command Corruptions() => Create(
        "corruptions",
        """
        Flips single bits on the wire. Each must be detected, and then healed or reported with its
        culprit; none may reach a result. Where HTTP/2 runs outside TLS (grpc with aead), bits of HTTP/2's
        own framing may have no effect; they are counted as unnoticed.
        """,
        NumberOption.Create("--count", "Bits to flip for each protection, over all transports together.", 1, 1_000_000, () => 200),
        isForEachProtection: true,
        [Protection.Aead, Protection.Tls, Protection.TlsAndAead],
        static (plan, count, random, progress, token) => new FlipsRun(plan, count, random, progress.Say).RunAsync(token));

    private static Command Create(
        string name,
        string description,
        Option<int> count,
        bool isForEachProtection,
        Protection[] usual,
        Func<JobPlan, int, Random, Progress, CancellationToken, Task<SabotageReport>> run)
    {
        var (world, bytes, seed) = (SharedOptions.World(), SharedOptions.Bytes(), SharedOptions.Seed());
        var (protections, transports) = (SharedOptions.Protections(usual), SharedOptions.Transports(TransportKind.Tcp, TransportKind.Grpc));
        var rounds = SharedOptions.Rounds();
        var command = new Command(name, description) { count, world, rounds, transports, protections, bytes, seed };
        command.SetAction(async (parsed, token) =>
        {
            var plans = (
                from transport in parsed.GetRequiredValue(transports)
                from protection in parsed.GetRequiredValue(protections)
                select new JobPlan
                {
                    World = parsed.GetValue(world),
                    Rounds = parsed.GetValue(rounds),
                    Transport = transport,
                    Protection = protection,
                    Bytes = parsed.GetValue(bytes),
                }).ToArray();
            var parts = isForEachProtection ? parsed.GetRequiredValue(transports).Length : plans.Length;
            Console.WriteLine($"seed {parsed.GetValue(seed)}");
            var (random, progress) = (new Random(parsed.GetValue(seed)), new Progress());
            var reports = new List<SabotageReport>();
            foreach (var (index, plan) in plans.Index())
            {
                // If the count does not divide evenly, the first parts get one more each.
                var place = isForEachProtection ? index / (plans.Length / parts) : index;
                var share = (parsed.GetValue(count) / parts) + (place < parsed.GetValue(count) % parts ? 1 : 0);
                if (share > 0)
                {
                    reports.Add(await run(plan, share, random, progress, token));
                }
            }

            return SabotageTable.Print(name, reports);
        });
        return command;
    }
}
