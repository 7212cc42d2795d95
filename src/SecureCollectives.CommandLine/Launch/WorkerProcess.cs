using System.ComponentModel;
using System.Diagnostics;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>A running worker: its process and the copying of its output. Disposing kills the process and its descendants.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _disposed = new();

    private WorkerProcess(int rank, Process process, IWorkerOutput output, TimeSpan outputGrace)
    {
        Rank = rank;
        _process = process;
        // Workers get no standard input: if several processes read from one terminal, each receives only part of what is typed.
        process.StandardInput.Close();
        var copied = Task.WhenAll(
            output.CopyOutputAsync(rank, process.StandardOutput.BaseStream, _disposed.Token),
            output.CopyErrorAsync(rank, process.StandardError.BaseStream, _disposed.Token));
        Exit = WaitAsync(copied, outputGrace);
    }

    public int Rank { get; }

    public int Id => _process.Id;

    /// <summary>Completes when the worker has ended and its output has been copied.</summary>
    public Task<WorkerExit> Exit { get; }

    /// <exception cref="CommandFailureException">The system refuses to run the command.</exception>
    public static WorkerProcess Start(
        int rank, WorkerCommand command, IReadOnlyDictionary<string, string> environment, IWorkerOutput output, TimeSpan outputGrace)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new WorkerProcess(rank, Process.Start(start) ?? throw new UnreachableException(), output, outputGrace);
        }
        catch (Win32Exception e)
        {
            throw new CommandFailureException(ExitCode.Usage, $"cannot run '{command.FileName}': {StartFailure.Describe(e)}");
        }
    }

    /// <summary>
    /// Sends a signal to the workers that are running and to their descendants, as Ctrl-C on a terminal does: a shell does not pass signals
    /// on. One snapshot of /proc serves all workers, which may be keeping the machine busy.
    /// </summary>
    public static void Signal(IEnumerable<WorkerProcess> workers, Action<int> signal)
    {
        int[] running = [.. workers.Where(worker => !worker._process.HasExited).Select(worker => worker.Id)];
        var descendants = ProcessTree.DescendantsOf(running, ProcessTree.Snapshot());
        foreach (var id in running)
        {
            signal(id);
        }

        // The id of a process that has ended since the snapshot may have passed to another.
        foreach (var process in descendants.Where(static process => process.Exists()))
        {
            signal(process.Id);
        }
    }

    /// <summary>Kills the worker and its descendants, such as the command run by a shell.</summary>
    public void Kill()
    {
        if (_process.HasExited)
        {
            return;
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is Win32Exception or AggregateException)
        {
            // One of its descendants runs as another user. The worker itself and all others have been killed nevertheless.
        }
    }

    public void Dispose()
    {
        Kill();
        _disposed.Cancel();
        _process.Dispose();
        _disposed.Dispose();
    }

    private async Task<WorkerExit> WaitAsync(Task copied, TimeSpan outputGrace)
    {
        await _process.WaitForExitAsync(_disposed.Token).ConfigureAwait(false);
        await Task.WhenAny(copied, Task.Delay(outputGrace, _disposed.Token)).ConfigureAwait(false);
        return new WorkerExit(Rank, _process.ExitCode, _process.ExitTime.ToUniversalTime());
    }
}
