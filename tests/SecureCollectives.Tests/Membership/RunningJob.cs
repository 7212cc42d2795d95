using System.Globalization;
using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>A job whose workers call AllReduce continuously while a test disturbs it. Every result is checked.</summary>
internal sealed partial class RunningJob : IAsyncDisposable
{
    private const int Elements = 10_007;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Communicator[] _members;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningJob(LocalCluster cluster, Job[] jobs, Communicator[] members)
    {
        Cluster = cluster;
        Jobs = jobs;
        _members = members;
        _running = Task.Run(RunAsync);
    }

    public LocalCluster Cluster { get; }

    public Job[] Jobs { get; }

    public static async Task<RunningJob> StartAsync(int size, Func<CommunicatorOptions>? options = null)
    {
        var cluster = new LocalCluster(size);
        try
        {
            var jobs = await cluster.JoinAllAsync();
            return new RunningJob(
                cluster, jobs, await LocalCluster.OpenAllAsync(jobs, "running", options ?? (() => new CommunicatorOptions())));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns a rank's ports, as found in its log.</summary>
    public (int Control, int Lanes) Ports(int rank) => Ports(Cluster, rank);

    public static (int Control, int Lanes) Ports(LocalCluster cluster, int rank)
    {
        return (Port(Control()), Port(Lanes()));

        int Port(Regex logged) => Number(
            cluster.Logs.Logger.Entries.Select(entry => logged.Match(entry.Message))
                .Single(match => match.Success && match.Groups[1].Value == $"{rank}").Groups[2]);
    }

    /// <summary>Waits until the collectives that are running now, and some more, have succeeded.</summary>
    public async Task ProveUnharmedAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            var round = Volatile.Read(ref _round).Task;
            Assert.Same(round, await Task.WhenAny(round, _running).WaitAsync(Limit));
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Limit);
        }
        finally
        {
            await Cluster.DisposeAsync();
            _stop.Dispose();
        }
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private async Task RunAsync()
    {
        var expected = _members.Length * (_members.Length + 1) / 2;
        while (!_stop.IsCancellationRequested)
        {
            await LocalCluster.RunAsync(_members, async member =>
            {
                var buffer = new int[Elements];
                Array.Fill(buffer, member.Rank + 1);
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.DoesNotContain(buffer, value => value != expected);
            });
            Interlocked.Exchange(ref _round, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    [GeneratedRegex(@"/rank/(\d+) listens for control at 127\.0\.0\.1:(\d+)\.$")]
    private static partial Regex Control();

    [GeneratedRegex(@"/rank/(\d+) accepts lanes over .* at port (\d+)\.$")]
    private static partial Regex Lanes();
}
