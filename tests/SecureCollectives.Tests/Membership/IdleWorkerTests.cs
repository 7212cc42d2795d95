using System.Diagnostics;
using System.Runtime;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Communicators between operations sleep.</summary>
[Collection(RunAlone.Name)]
public sealed class IdleWorkerTests
{
    /// <summary>The subject is processor time over wall time, so some must pass; long enough that one garbage collection does not decide.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CompilingLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Workers_IdleWithOpenCommunicators_UseUnderOnePercentCpu()
    {
        const int Workers = 4;
        await using var cluster = new LocalCluster(Workers);
        var jobs = await cluster.JoinAllAsync();
        foreach (var id in new[] { "sealed", "plain", "wide", "tls", "grpc", "grpc-tls" })
        {
            var members = await LocalCluster.OpenAllAsync(jobs, id, () => new CommunicatorOptions
            {
                Protection = id switch { "plain" => Protection.UnsafePlaintext, "tls" or "grpc-tls" => Protection.TlsAndAead, _ => Protection.Aead },
                Transport = id.StartsWith("grpc", StringComparison.Ordinal) ? TransportKind.Grpc : TransportKind.Tcp,
                Lanes = id == "wide" ? 4 : 1,
            });
            await LocalCluster.RunAsync(members, async member => await member.AllReduceAsync<float>(new float[100_000], ReduceOp.Sum));
        }

        await CompilingEndsAsync();
        var before = ThreadTimes();
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(Window);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = ThreadTimes()
            .Select(thread => (thread.Value.Name, Time: thread.Value.Time - before.GetValueOrDefault(thread.Key).Time))
            .OrderByDescending(thread => thread.Time)
            .ToArray();
        var share = used.Sum(thread => thread.Time.TotalSeconds) / elapsed.TotalSeconds;
        var busiest = string.Join(", ", used.Take(8).Select(thread => $"'{thread.Name}' {thread.Time.TotalMilliseconds} ms"));
        Assert.True(share < 0.01 * Workers, $"{Workers} idle workers used {share:P2} of a processor, most of it in {busiest}.");
    }

    /// <summary>The runtime compiles hot code again once things get quiet, for seconds after a whole test run; that is not the workers' doing.</summary>
    private static async Task CompilingEndsAsync()
    {
        var started = Stopwatch.GetTimestamp();
        long compiled;
        do
        {
            compiled = JitInfo.GetCompiledMethodCount();
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        while (JitInfo.GetCompiledMethodCount() != compiled && Stopwatch.GetElapsedTime(started) < CompilingLimit);
    }

    private static Dictionary<int, (string Name, TimeSpan Time)> ThreadTimes()
    {
        using var self = Process.GetCurrentProcess();
        var times = new Dictionary<int, (string, TimeSpan)>();
        foreach (ProcessThread thread in self.Threads)
        {
            try
            {
                times[thread.Id] = (File.ReadAllText($"/proc/self/task/{thread.Id}/comm").Trim(), thread.TotalProcessorTime);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // The thread has ended.
            }
        }

        return times;
    }
}
