using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SecureCollectives.Testing;

/// <summary>The real program as a process. Its runtime directory, which holds its keys, is one that the test can inspect.</summary>
internal sealed partial class ProgramProcess : IDisposable
{
    public const int Sigint = 2;
    public const int Sigquit = 3;
    public const int Sigkill = 9;
    public const int Sigterm = 15;

    /// <summary>Only detects a hang. A bench with eight variants takes a minute if other programs keep both cores busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly List<(string Line, bool IsError)> _lines = [];
    private readonly List<(int Count, Func<string, bool> Matches, TaskCompletionSource<string[]> Found)> _waiting = [];

    private ProgramProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Add(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => Add(e.Data, isError: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Whether this process, and therefore its children, ignores SIGINT, as background processes of a script do.</summary>
    public static bool InterruptIsIgnored
    {
        get
        {
            const string Field = "SigIgn:";
            var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Field, StringComparison.Ordinal));
            var ignored = ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (ignored & (1UL << (Sigint - 1))) != 0;
        }
    }

    public int Id => _process.Id;

    public static ProgramProcess Start(string program, TemporaryDirectory runtimeDirectory, params string[] arguments) =>
        Start(program, new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = runtimeDirectory.Path }, arguments);

    /// <param name="program">The name of a program that the test project references.</param>
    /// <param name="variables">Changes to the environment of this process; null removes a variable.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramProcess Start(string program, IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new ProgramProcess(Process.Start(start)!);
    }

    /// <summary>Waits until enough lines of either stream match, and returns the first of them.</summary>
    public async Task<string[]> LinesAsync(int count, Func<string, bool> matches)
    {
        var found = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            _waiting.Add((count, matches, found));
            Notify();
        }

        return await found.Task.WaitAsync(Limit);
    }

    public void Signal(int signal) => Signal(_process.Id, signal);

    /// <summary>Signals all processes of the group that this one leads.</summary>
    public void SignalGroup(int signal) => Signal(-_process.Id, signal);

    public async Task<(int Code, string[] Output, string[] Error)> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        lock (_lines)
        {
            return (_process.ExitCode, [
                .. _lines.Where(l => !l.IsError).Select(l => l.Line)], [.. _lines.Where(l => l.IsError).Select(l => l.Line)]);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static void Signal(int target, int signal)
    {
        if (Kill(target, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent to {target}.");
        }
    }

    private void Add(string? line, bool isError)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add((line, isError));
            Notify();
        }
    }

    private void Notify()
    {
        foreach (var (count, matches, found) in _waiting)
        {
            var lines = _lines.Select(l => l.Line).Where(matches).Take(count).ToArray();
            if (lines.Length == count)
            {
                found.TrySetResult(lines);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
