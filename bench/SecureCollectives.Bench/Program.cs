using SecureCollectives.Bench;
using SecureCollectives.CommandLine;

return await CommandRunner.RunAsync(BenchCommand.Create(), args).ConfigureAwait(false);
