using SecureCollectives.Bench;
using SecureCollectives.CommandLine;

return await CommandRunner.RunAsync(BenchCommand.Create(), args, Console.Out, Console.Error).ConfigureAwait(false);
