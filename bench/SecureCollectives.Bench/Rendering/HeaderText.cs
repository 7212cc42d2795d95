using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Rendering;

/// <summary>Formats the lines above the table: the machine and the run, in the detail that readers need to judge the figures.</summary>
internal static class HeaderText
{
    public static IEnumerable<string> Lines(MachineDescription machine, RunParameters parameters)
    {
        yield return $"# machine: {machine.Cores} cores, {machine.Processor} ({machine.Architecture}), Linux {machine.Kernel}, "
            + $"{machine.Runtime}, TCP {machine.CongestionControl}";
        yield return $"# world: {parameters.WorldSize} worker processes{Ring(parameters)}{Channels(parameters)}; "
            + $"{Collectives(parameters)} of float32, "
            + $"{ByteSize.Describe(parameters.MinBytes)} to {ByteSize.Describe(parameters.MaxBytes)}; "
            + (parameters.LineRate is { } rate ? $"each worker sends at most {rate}/s" : "no line rate") + $"; seed {parameters.Seed}";
        if (parameters.PlantWrong)
        {
            yield return "# planted: one wrong element in each plaintext result; #wrong must count it.";
        }

        if (parameters.PlantDelayMicroseconds is { } delay)
        {
            yield return $"# planted: twins whose sealer takes {delay} us longer for each chunk; their overhead must show it.";
        }
    }

    private static string Ring(RunParameters parameters) =>
        parameters.LocalWorldSize > 1 ? $", {parameters.LocalWorldSize} per host in a hierarchical ring" : "";

    private static string Channels(RunParameters parameters) =>
        parameters.Channels > 1 ? $", {parameters.Channels} channels each" : "";

    private static string Collectives(RunParameters parameters) => parameters.Collectives.Count == Names.Collectives.Names.Count
        ? "all collectives"
        : string.Join(", ", parameters.Collectives);
}
