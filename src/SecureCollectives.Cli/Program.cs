using System.CommandLine;
using SecureCollectives.Cli.Doctor;
using SecureCollectives.Cli.Launch;
using SecureCollectives.Cli.Pki;
using SecureCollectives.Cli.Train;
using SecureCollectives.CommandLine;
using SecureCollectives.CommandLine.Launch;

var root = new RootCommand("Collective communication for distributed training over an untrusted network.")
{
    PkiCommand.Create(),
    LaunchCommand.Create(),
    TrainCommand.Create(),
    DoctorCommand.Create(TimeProvider.System),
    CompletionCommand.Create("secure-collectives"),
    LaunchGuard.CreateVerb(),
};
return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
