using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.World;

/// <summary>Workers on this machine, each a process with its own throw-away identity.</summary>
internal sealed class LocalWorld(int world, BenchParameters parameters, TextWriter error)
{
    private const string Job = "bench";

    /// <summary>Runs until all workers have exited.</summary>
    /// <returns>0, or the exit code of the first worker that failed.</returns>
    public Task<int> RunAsync(IEventSink sink, CancellationToken cancellationToken)
    {
        var own = WorkerCommand.OwnProgram();
        var options = new LaunchOptions
        {
            Name = "secure-collectives-bench",
            Workers = world,
            Job = Job,
            Port = LoopbackPort.FindFree(),
            Command = own with { Arguments = [.. own.Arguments, WorkerVerb.Name, WorkerVerb.Events, .. parameters.ToArguments()] },
            // Plaintext is the baseline, and in a local world it never leaves the machine.
            Variables = new Dictionary<string, string> { [LaunchVariables.AllowPlaintext] = "1" },
        };
        var launcher = new Launcher(
            options, new ThrowawayCertificates(TimeProvider.System), new FirstRankOutput(Take, RankOutput.OfConsole()), error);
        return launcher.RunAsync(cancellationToken);

        void Take(string line)
        {
            if (EventLine.Read(line) is { } happened)
            {
                sink.Take(happened);
            }
        }
    }
}
