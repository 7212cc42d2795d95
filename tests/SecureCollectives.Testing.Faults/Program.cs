using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Commands;

var root = new RootCommand("""
    Tests how the library handles failures, with real processes and real connections. Each verb starts a job of worker processes on this
    machine, each behind a proxy that can cut, corrupt and hold its traffic. The exit code is 0 if all checks passed, 3 if any failed, and
    2 if the command line is invalid. 'faults cuts --count 40' takes a minute.
    """)
{
    SabotageCommand.Cuts(),
    SabotageCommand.Corruptions(),
    GridCommand.Create(),
    SteadyCommand.Certificates(),
    SteadyCommand.Replacements(),
    KillsCommand.Create(),
    RacesCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
