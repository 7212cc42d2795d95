using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SecureCollectives.Tests;

/// <summary>One worker of a job, run as a separate process from tests/SecureCollectives.Testing.Worker.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    public const int Kill = 9;
    public const int Stop = 19;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <param name="place">The worker's place in the job, and its identity.</param>
    /// <param name="work">The name of the work to run.</param>
    /// <param name="protection">The protection of its communicator.</param>
    /// <param name="arguments">The arguments of that work.</param>
    public WorkerProcess(JobOptions place, string work, Protection protection, params int[] arguments)
        : this(place, new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "testing-worker"), [work, protection.ToString(), .. arguments.Select(Text)]))
    {
    }

    /// <param name="place">The worker's place in the job, and its identity.</param>
    /// <param name="start">The command to start; this constructor adds the environment that every worker needs.</param>
    public WorkerProcess(JobOptions place, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["RANK"] = Text(place.Rank);
        start.Environment["WORLD_SIZE"] = Text(place.WorldSize);
        start.Environment["LOCAL_WORLD_SIZE"] = Text(place.LocalWorldSize);
        start.Environment["MASTER_ADDR"] = place.MasterAddress;
        start.Environment["MASTER_PORT"] = Text(place.MasterPort);
        start.Environment["SECURE_COLLECTIVES_RUN_ID"] = place.RunId;
        start.Environment["SECURE_COLLECTIVES_ALLOW_PLAINTEXT"] = place.AllowPlaintext ? "1" : "0";
        start.Environment["SECURE_COLLECTIVES_CERTIFICATE"] = place.CertificatePath;
        start.Environment["SECURE_COLLECTIVES_KEY"] = place.KeyPath;
        start.Environment["SECURE_COLLECTIVES_CA"] = place.AuthorityPath;
        Rank = place.Rank;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Rank { get; }

    /// <summary>Gets the processor time used so far by all threads of the process.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Returns the name and processor time of each thread, for an assertion message.</summary>
    public IReadOnlyDictionary<int, (string Name, TimeSpan Time)> Threads()
    {
        _process.Refresh();
        var threads = new Dictionary<int, (string, TimeSpan)>();
        foreach (ProcessThread thread in _process.Threads)
        {
            try
            {
                threads[thread.Id] = (File.ReadAllText($"/proc/{_process.Id}/task/{thread.Id}/comm").Trim(), thread.TotalProcessorTime);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // The thread has ended.
            }
        }

        return threads;
    }

    /// <summary>Returns the next line of the process's output.</summary>
    /// <param name="limit">The longest time to wait; null means one minute.</param>
    public async Task<string> ReadLineAsync(TimeSpan? limit = null) => await _lines.Reader.ReadAsync().AsTask().WaitAsync(limit ?? Limit);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    /// <summary>Returns the output that has not been read yet; after <see cref="ExitAsync"/>, all that remains.</summary>
    public string Rest()
    {
        List<string> lines = [];
        while (_lines.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Add(string? line)
    {
        if (line is not null)
        {
            _lines.Writer.TryWrite(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
