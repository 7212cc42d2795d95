using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;

namespace SecureCollectives.Tests.Membership;

/// <summary>The resolution of a name that is published late, in simulated time.</summary>
public sealed class HostResolverTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly TimerTime _clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task ResolveMaster_NamePublishedAfterFiveSeconds_IsFound()
    {
        using var limit = new JoinLimit(TimeSpan.FromMinutes(2), _clock, CancellationToken.None);
        var resolving = HostResolver.ResolveMasterAsync(
            "late.test",
            (_, _) => limit.Elapsed < TimeSpan.FromSeconds(5) ? NotFound() : Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            limit,
            NullLogger.Instance);
        await PassAsync(resolving);
        Assert.Equal([IPAddress.Loopback], await resolving);
        Assert.True(limit.Elapsed >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task ResolveMaster_NameNeverPublished_RetriesWithLongerPausesUntilTheLimit()
    {
        using var limit = new JoinLimit(TimeSpan.FromSeconds(30), _clock, CancellationToken.None);
        var asked = new ConcurrentQueue<TimeSpan>();
        var resolving = HostResolver.ResolveMasterAsync(
            "never.test",
            (_, _) =>
            {
                asked.Enqueue(limit.Elapsed);
                return NotFound();
            },
            limit,
            NullLogger.Instance);
        await PassAsync(resolving);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => resolving);
        Assert.StartsWith("The name 'never.test' of rank 0 (MASTER_ADDR) could not be resolved within 30 s: ", failure.Message);
        Assert.Contains(new SocketException((int)SocketError.HostNotFound).Message, failure.Message);
        var pause = new RetryPause();
        Assert.All(asked.Zip(asked.Skip(1)), pair => Assert.True(pair.Second - pair.First >= pause.Next(), "The query came too soon."));
        Assert.InRange(asked.Count, 3, 25);
    }

    /// <summary>All code that resolves names has this time limit and this message.</summary>
    [Fact]
    public async Task TryResolve_NameServiceIsSilent_FailsAfterTwelveSeconds()
    {
        var never = new TaskCompletionSource<IPAddress[]>();
        var asking = HostAddresses.TryResolveAsync("silent.test", (_, _) => never.Task, _clock, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(12) - TimeSpan.FromTicks(1));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        var lookup = await asking.WaitAsync(Limit);
        Assert.Empty(lookup.Addresses);
        Assert.Equal("the name service did not answer within 12 s", lookup.Failure);
    }

    [Fact]
    public async Task TryResolve_Cancelled_Throws()
    {
        var never = new TaskCompletionSource<IPAddress[]>();
        using var stop = new CancellationTokenSource();
        var asking = HostAddresses.TryResolveAsync("silent.test", (_, _) => never.Task, _clock, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(Limit));
    }

    [Fact]
    public void RetryPause_Next_GrowsToItsLongest()
    {
        var pause = new RetryPause();
        var pauses = Enumerable.Range(0, 10).Select(_ => pause.Next().TotalMilliseconds).ToArray();
        Assert.Equal([200, 300, 450, 675], pauses.Take(4));
        Assert.All(pauses.TakeLast(3), last => Assert.Equal(RetryPause.Longest.TotalMilliseconds, last));
    }

    private static Task<IPAddress[]> NotFound() =>
        Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));

    private async Task PassAsync(Task task)
    {
        using var stop = new CancellationTokenSource(Limit);
        while (!task.IsCompleted)
        {
            stop.Token.ThrowIfCancellationRequested();
            _clock.Advance(Step);
            await Task.Yield();
        }
    }
}
