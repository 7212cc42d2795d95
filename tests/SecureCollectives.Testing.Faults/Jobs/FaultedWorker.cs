using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>
/// A worker process that runs rounds, controlled by the line protocol in tests/SecureCollectives.Testing.Worker/RoundsWork.cs.
/// </summary>
internal sealed partial class FaultedWorker : IDisposable
{
    public const int Kill = 9;
    public const int Stop = 19;

    private const string ListeningWord = "listening ";
    private const string LogWord = "log ";

    private readonly Process _process;
    private readonly Action<int, int> _listens;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _all = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="rank">The worker's rank.</param>
    /// <param name="start">How to start the process.</param>
    /// <param name="listens">(rank, port): called when the worker has opened a lane port, before the worker continues.</param>
    public FaultedWorker(int rank, ProcessStartInfo start, Action<int, int> listens)
    {
        (Rank, _listens) = (rank, listens);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data is { } text ? $"{LogWord}{text}" : null);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Rank { get; }

    public int Id => _process.Id;

    /// <summary>
    /// Whether the worker keeps waiting after it has opened a lane port, so that it can be killed while links are being opened.
    /// </summary>
    public bool StaysInOpening { get; set; }

    /// <summary>Completes when the worker has opened a lane port.</summary>
    public Task Listening => _listening.Task;

    /// <summary>All output so far, including the log.</summary>
    public IReadOnlyCollection<string> Output => _all;

    public void Order(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The process has exited. Its last output contains the reason.
        }
    }

    /// <summary>Returns the next line that is not part of the log.</summary>
    /// <exception cref="WorkerFailedException">The worker reported that its calls failed.</exception>
    /// <exception cref="TimeoutException">The worker printed nothing within the limit.</exception>
    public async Task<string> ReadAsync(TimeSpan limit)
    {
        var line = await ReadAnyAsync(limit);
        return line.StartsWith(WorkerFailure.Word, StringComparison.Ordinal)
            ? throw new WorkerFailedException(WorkerFailure.Parse(Rank, line)) : line;
    }

    /// <summary>Waits until the worker reports that its calls failed.</summary>
    public async Task<WorkerFailure> FailureAsync(TimeSpan limit)
    {
        while (true)
        {
            var line = await ReadAnyAsync(limit);
            if (line.StartsWith(WorkerFailure.Word, StringComparison.Ordinal))
            {
                return WorkerFailure.Parse(Rank, line);
            }
        }
    }

    /// <summary>Reads a line that must begin with the given word.</summary>
    public async Task ExpectAsync(string word, TimeSpan limit)
    {
        var line = await ReadAsync(limit);
        if (line.Split(' ')[0] != word)
        {
            throw new InvalidOperationException($"Rank {Rank} was expected to print '{word}' but printed: {line}");
        }
    }

    public void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent to rank {Rank}.");
        }
    }

    public async Task ExitAsync(TimeSpan limit) => await _process.WaitForExitAsync().WaitAsync(limit);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadAnyAsync(TimeSpan limit)
    {
        try
        {
            return await _lines.Reader.ReadAsync().AsTask().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"Rank {Rank} printed nothing for {limit.TotalSeconds:0} s; last output: {string.Join(" | ", _all.TakeLast(3))}");
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"Rank {Rank} has exited; last output: {string.Join(" | ", _all.TakeLast(5))}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
            return;
        }

        _all.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp() / 1_000_000} {line}"));
        if (line.StartsWith(ListeningWord, StringComparison.Ordinal))
        {
            _listens(Rank, int.Parse(line.AsSpan(ListeningWord.Length), CultureInfo.InvariantCulture));
            _listening.TrySetResult();
            if (!StaysInOpening)
            {
                Order("go");
            }
        }
        else if (!line.StartsWith(LogWord, StringComparison.Ordinal))
        {
            _lines.Writer.TryWrite(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
