using System.CommandLine;
using System.CommandLine.Parsing;
using SecureCollectives.CommandLine;
using SecureCollectives.CommandLine.Launch;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Launch;

/// <summary>The verb <c>launch</c>: starts all workers of a job on this machine.</summary>
internal static class LaunchCommand
{
    private const string DefaultJob = "local";
    private const int MostWorkers = 1024;
    private const int HighestPort = 65535;

    private const string Description = """
        Starts all workers of a job on this machine, each with its own identity, which is discarded at the end.

        COMMAND is a program that calls SecureCollectives, or a verb of this program. Each worker finds RANK,
        WORLD_SIZE, MASTER_ADDR, MASTER_PORT and SECURE_COLLECTIVES_* in its environment. Each line of its
        output is prefixed with its rank. When one worker fails, the others are terminated; the exit code is
        that of the failed worker. SIGINT and SIGTERM are passed on to the workers. docs/command-line.md lists
        all exit codes.

          secure-collectives launch --workers 4 -- train --epochs 10
          secure-collectives launch --workers 2 -- dotnet my-worker.dll
        """;

    public static Command Create() => Create(new ThrowawayCertificates(TimeProvider.System));

    public static Command Create(IWorkerCertificates certificates)
    {
        var workers = NumberOption.Create("--workers", "Number of workers to start.", 1, MostWorkers);
        workers.Aliases.Add("-n");
        workers.Required = true;
        var job = new Option<string>("--job")
        {
            Description = "Name of the job, as in the certificates.",
            DefaultValueFactory = _ => DefaultJob,
            CustomParser = ParseJob,
        };
        var port = NumberOption.Create("--port", "Port for rank 0's rendezvous on 127.0.0.1. Default: a free one.", 1, HighestPort);
        var noTrace = NoTrace.CreateOption();
        var commandLine = new Argument<string[]>("COMMAND")
        {
            Description = "The command that each worker runs, after --.",
            Arity = ArgumentArity.ZeroOrMore,
        };

        var command = new Command("launch", Description) { workers, job, port, noTrace, commandLine };
        command.Validators.Add(result =>
        {
            switch (result.GetValue(commandLine))
            {
                case null or []:
                    result.AddError("No command to launch. Example: launch --workers 4 -- train.");
                    break;
                case [['-', ..] option, ..]:
                    result.AddError($"'{option}' is neither an option of launch nor a command.");
                    break;
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            NoTrace.ApplyIf(parsed.GetValue(noTrace));
            var verbs = parsed.RootCommandResult.Command.Subcommands;
            var ownVerbs = verbs.Where(verb => !verb.Hidden).Select(verb => verb.Name);
            var own = WorkerCommand.OwnProgram();
            var searchPath = Environment.GetEnvironmentVariable("PATH");
            var worker = WorkerCommand.Resolve(parsed.GetValue(commandLine)!, ownVerbs, own, searchPath);
            var options = new LaunchOptions
            {
                Workers = parsed.GetValue(workers),
                Job = parsed.GetValue(job)!,
                Command = worker,
                Guard = !worker.IsOwnVerb && verbs.Any(verb => verb.Name == LaunchGuard.Verb) ? own : null,
                Port = PortFrom(parsed.GetResult(port) is null ? null : parsed.GetValue(port)),
            };
            var launcher = new Launcher(options, certificates, RankOutput.OfConsole(), parsed.InvocationConfiguration.Error);
            return launcher.RunAsync(cancellationToken);
        });
        return command;
    }

    private static int PortFrom(int? chosen)
    {
        if (chosen is not { } port)
        {
            return LoopbackPort.FindFree();
        }

        LoopbackPort.EnsureFree(port);
        return port;
    }

    private static string ParseJob(ArgumentResult result)
    {
        var job = result.Tokens[0].Value;
        if (!WorkerId.IsJob(job))
        {
            result.AddError($"--job must be 1 to 63 of the characters a-z 0-9 . _ -, and neither '.' nor '..', but it is '{job}'.");
        }

        return job;
    }
}
