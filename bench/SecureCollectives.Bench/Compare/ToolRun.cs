using System.ComponentModel;
using System.Diagnostics;

namespace SecureCollectives.Bench.Compare;

/// <summary>
/// A completed run of an external program. Its standard input is an empty pipe that closes when this process dies, however it dies; the
/// peers' programs exit when their input ends.
/// </summary>
/// <param name="ExitCode">The exit code, as the system reports it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    /// <summary>How many characters of a failed program's output to quote.</summary>
    private const int LastWords = 600;

    /// <exception cref="ContenderFailedException">The program did not start, or was still running after <paramref
    /// name="limit"/>.</exception>
    public static async Task<ToolRun> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ContenderFailedException($"{program} could not be started: {e.Message}");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            return new ToolRun(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ContenderFailedException($"{Path.GetFileName(program)} did not finish within {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Returns the end of the program's output, on one line.</summary>
    public string Complaint()
    {
        var said = string.Join(' ',
            (Errors.Trim().Length > 0 ? Errors : Output).Split(
                (char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return said.Length <= LastWords ? said : "..." + said[^LastWords..];
    }
}
