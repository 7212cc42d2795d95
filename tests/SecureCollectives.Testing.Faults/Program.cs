using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Testing.Faults.Commands;

var root = new RootCommand("""
    Tests with real processes and real connections how the library handles failures. Each verb starts a job of worker processes on this
    machine, each behind a proxy that can cut, corrupt and hold their traffic, and reports at the end whether everything held: exit
    code 0 if so, 3 if not, 2 for a wrong command line. 'faults cuts --count 40' takes a minute.
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
