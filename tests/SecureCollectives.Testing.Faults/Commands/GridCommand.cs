using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Grid;

namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>The verb <c>faults grid</c>.</summary>
internal static class GridCommand
{
    public static Command Create()
    {
        var (world, passes) = (SharedOptions.World(), NumberOption.Create("--passes", "How many times to run the grid.", 1, 100, () => 2));
        var phases = new Option<GridPhase[]>("--phases")
        {
            Description = "Phases, separated by commas: join, opening, reduce-scatter, all-gather, barrier, idle, replacing. Default: all.",
            DefaultValueFactory = _ => Enum.GetValues<GridPhase>(),
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(text =>
            {
                if (!Enum.TryParse<GridPhase>(text.Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true, out var phase))
                {
                    result.AddError($"'{text}' is not a phase.");
                }

                return phase;
            })],
        };
        var (protections, transports) = (SharedOptions.Protections(Protection.Aead), SharedOptions.Transports(TransportKind.Tcp));
        var command = new Command("grid", """
            Kills (SIGKILL) and stops (SIGSTOP) each worker in each phase. Every other worker must fail with an
            error that names it: a killed worker within 3 s, a stopped one within 2 s after the time limit of
            the operation (4 s here) or of opening (10 s here). During join, either within 2 s after the limit
            of joining (10 s here), because a killed worker may be restarted. Each bound is extended by the
            longest stall of the machine, as measured by a thread in the surviving worker.
            """) { world, passes, phases, protections, transports };
        command.SetAction(async (parsed, token) =>
        {
            var (cells, failed) = (0, 0);
            for (var pass = 0; pass < parsed.GetValue(passes); pass++)
            {
                foreach (var transport in parsed.GetRequiredValue(transports))
                {
                    foreach (var protection in parsed.GetRequiredValue(protections))
                    {
                        var run = new GridRun(GridRun.Plan(parsed.GetValue(world), transport, protection));
                        Console.WriteLine($"pass {pass + 1}: {transport} {protection}");
                        foreach (var cell in GridCell.All(parsed.GetValue(world))
                            .Where(cell => parsed.GetRequiredValue(phases).Contains(cell.Phase)))
                        {
                            token.ThrowIfCancellationRequested();
                            var result = await run.RunAsync(cell);
                            Console.WriteLine(result);
                            (cells, failed) = (cells + 1, failed + (result.Complaints.Count == 0 ? 0 : 1));
                        }
                    }
                }
            }

            Console.WriteLine(failed == 0
                ? $"All survivors of {cells} faults named the victim in time." : $"FAILED: {failed} of {cells} faults.");
            return failed == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
