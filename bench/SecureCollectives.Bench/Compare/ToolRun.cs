using System.ComponentModel;
using System.Diagnostics;

namespace SecureCollectives.Bench.Compare;

/// <summary>
/// A run of a program that is not ours, to its end. Its standard input is a pipe that carries nothing and ends with this process, however
/// that dies: the peers' programs end with it.
/// </summary>
/// <param name="ExitCode">As the system gives it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The last words of a program that failed: enough to recognise a fault by.</summary>
    private const int LastWords = 600;

    /// <exception cref="ContenderFailedException">It could not be started, or still ran when <paramref name="limit"/> was over.</exception>
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
            throw new ContenderFailedException($"{Path.GetFileName(program)} did not end within {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>What the program said last, on one line.</summary>
    public string Complaint()
    {
        var said = string.Join(' ',
            (Errors.Trim().Length > 0 ? Errors : Output).Split(
                (char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return said.Length <= LastWords ? said : "..." + said[^LastWords..];
    }
}
