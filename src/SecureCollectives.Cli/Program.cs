using System.CommandLine;
using SecureCollectives.Cli.Launch;
using SecureCollectives.Cli.Pki;
using SecureCollectives.Cli.Train;
using SecureCollectives.CommandLine;

var root = new RootCommand("Collective communication for training on a network that nobody needs to trust.")
{
    PkiCommand.Create(),
    LaunchCommand.Create(),
    TrainCommand.Create(),
    CompletionCommand.Create("secure-collectives"),
};
return await CommandRunner.RunAsync(root, args, Console.Out, Console.Error).ConfigureAwait(false);
