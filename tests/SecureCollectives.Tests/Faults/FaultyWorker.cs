using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SecureCollectives.Tests.Faults;

/// <summary>One worker of a job as a process of its own.</summary>
internal sealed partial class FaultyWorker : IDisposable
{
    public const int Kill = 9;
    public const int Stop = 19;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public FaultyWorker(JobOptions place, int length, TimeSpan timeout, Protection protection)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "testing-worker"),
            [Text(length), Text((int)timeout.TotalMilliseconds), protection.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RANK"] = Text(place.Rank);
        start.Environment["WORLD_SIZE"] = Text(place.WorldSize);
        start.Environment["LOCAL_WORLD_SIZE"] = Text(place.LocalWorldSize);
        start.Environment["MASTER_ADDR"] = place.MasterAddress;
        start.Environment["MASTER_PORT"] = Text(place.MasterPort);
        start.Environment["SECURE_COLLECTIVES_RUN_ID"] = place.RunId;
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

    /// <summary>The next line of its output.</summary>
    public async Task<string> ReadLineAsync() => await _lines.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
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
