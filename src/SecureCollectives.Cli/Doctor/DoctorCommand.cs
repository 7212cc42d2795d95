using System.CommandLine;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Doctor;

/// <summary>The verb <c>doctor</c>: checks whether a worker in this environment could join its job.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Checks what a worker needs before a job starts: its settings, identity files, clock, names, ports, ciphers, kernel settings and
        limits. Run it where the worker would run, with the worker's environment.

          srun -n 4 secure-collectives doctor
          kubectl exec worker-0 -- secure-collectives doctor

        It changes nothing and sends no data: it only opens a connection to rank 0 and closes it. Exit codes: 0 if there are no problems,
        with or without warnings, and 3 if a job cannot start.
        """;

    /// <summary>In columns. Longer lines are hard to read.</summary>
    private const int WidestText = 100;

    public static Command Create(TimeProvider time)
    {
        var command = new Command("doctor", Description);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new DoctorReport(parsed.InvocationConfiguration.Output, Math.Min(OutputWidth.OfProcess(), WidestText));
            await foreach (var finding in Examination.RunAsync(Environment.GetEnvironmentVariable, time, cancellationToken)
                .ConfigureAwait(false))
            {
                report.Show(finding);
            }

            return report.End() ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
