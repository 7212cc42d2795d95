using System.Net;
using System.Net.Sockets;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Tests.Membership;

namespace SecureCollectives.Tests.Links;

/// <summary>The replacement of failed links, between real control ports and over real lanes.</summary>
public sealed class LinkKeeperTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, int> Ends()
    {
        var ends = new TheoryData<string, int>();
        foreach (var name in Combinations.Names)
        {
            ends.Add(name, 0);
            ends.Add(name, 1);
        }

        return ends;
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Link_Broken_IsReplacedWhicheverEndSaysSo(string combination, int rank)
    {
        var options = Combinations.Options(combination);
        options.Lanes = 2;
        await using var pair = await KeptPair.OpenAsync(options);

        pair.Ends[rank].Break("a lane ended");
        await pair.ProveReplacedAsync();

        Assert.All(pair.Ends, end => Assert.Equal((1, 1), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));

        // The log entry may come after the owner has resumed.
        await pair.Logs.WaitForAsync(
            static message => message.EndsWith("replaced at operation 41 (Broken); this is replacement 1.", StringComparison.Ordinal), 2);
    }

    [Fact]
    public async Task Link_BrokenAtBothEnds_IsReplacedOnce()
    {
        await using var pair = await KeptPair.OpenAsync();

        Parallel.ForEach(pair.Ends, end => end.Break("a lane ended"));
        await pair.ProveReplacedAsync();
        pair.Ends[0].Break("it ended again");
        await pair.ProveReplacedAsync();

        Assert.All(pair.Ends, end => Assert.Equal(2, end.Keeper.Counters.Heals));
        Assert.All(pair.Ends, end => Assert.False(end.Owner.HasMore));
    }

    /// <summary>The responder has given up its link and agreed on another, but the initiator never gets the reply.</summary>
    [Fact]
    public async Task OpenLink_ReplyIsLost_IsRetried()
    {
        await using var pair = await KeptPair.OpenAsync();
        var cuts = 0;
        pair.Ends[1].Owner.Surrendering = () =>
        {
            if (Interlocked.Increment(ref cuts) == 1)
            {
                pair.Proxy.Cut();
            }

            return Task.CompletedTask;
        };

        pair.Ends[0].Break("a lane ended");
        await pair.ProveReplacedAsync();

        Assert.Equal(2, pair.Ends[1].Owner.Surrenders);
        Assert.All(pair.Ends, end => Assert.Equal(1, end.Keeper.Counters.Replacements));
        await pair.Logs.WaitForAsync(static message => message.EndsWith("this is replacement 2.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("request")]
    [InlineData("reply")]
    [InlineData("cause")]
    [InlineData("operation")]
    [InlineData("number")]
    public async Task OpenLink_AlteredInTransit_HelloIsRefusedAndNothingIsAttached(string altered)
    {
        await using var pair = await KeptPair.OpenAsync();
        var service = pair.Ends[1].Service;
        service.Request = altered switch
        {
            "request" => request => request.Positions[1]++,
            "cause" => request => request.Cause = (uint)LinkCauseCode.Age,
            "operation" => request => request.Operation++,
            "number" => request => request.Replacement += 100,
            _ => service.Request,
        };
        if (altered == "reply")
        {
            service.Reply = reply => reply.Positions[0]--;
        }

        pair.Ends[0].Break("a lane ended");
        await pair.Logs.WaitForAsync(message => message.EndsWith("its hello was refused (WrongProof).", StringComparison.Ordinal));
        Assert.All(pair.Ends, end => Assert.Null(end.Owner.Link));
        if (altered == "number")
        {
            return;
        }

        service.Request = static _ => { };
        service.Reply = static _ => { };
        await pair.ProveReplacedAsync();
    }

    [Fact]
    public async Task Link_FailedAuthentication_IsASecurityEventAndHeals()
    {
        await using var pair = await KeptPair.OpenAsync();

        pair.Ends[1].Want(LinkCauseCode.AuthenticationFailed);
        await pair.ProveReplacedAsync();

        Assert.Contains(
            "SECURITY: the link of communicator 'kept' to rank 0 failed authentication and is being replaced: "
                + "AuthenticationFailed, for a test.",
                pair.Logs.Warnings);
        Assert.All(pair.Ends, end => Assert.Equal(1, end.Keeper.Counters.Heals));
    }

    /// <summary>Keys that have reached their byte limit are not a failure.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_ReachesItsByteLimit_IsReplacedWithoutCountingAsAHeal(int rank)
    {
        await using var pair = await KeptPair.OpenAsync(new CommunicatorOptions { Lanes = 2, Protection = Protection.Tls });

        for (ulong i = 0; i < 8; i++)
        {
            pair.Ends[rank].Want(LinkCauseCode.BytesCarried);
            await pair.ProveReplacedAsync();
        }

        Assert.All(pair.Ends, end => Assert.Equal((0, 8), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_BrokenTooOftenWithinAMinute_IsGivenUpAtBothEnds(int rank)
    {
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions { Lanes = 2, LinkKeeping = new LinkKeeperOptions { HealsPerMinute = 2 } });
        for (var i = 0; i < 2; i++)
        {
            pair.Ends[rank].Break("a lane ended");
            await pair.ProveReplacedAsync();
        }

        pair.Ends[rank].Break("the last straw");

        var (peer, reason, why) = await pair.Ends[rank].Owner.Failed;
        Assert.Equal((1 - rank, AbortReason.PeerLost), (peer, reason));
        Assert.Contains(" failed more than 2 times within a minute", why);

        // The other end fails as soon as it notices.
        pair.Ends[1 - rank].Break("a lane ended");
        Assert.Equal(rank, (await pair.Ends[1 - rank].Owner.Failed).Peer);
    }

    /// <summary>Nothing listens at the peer's address any longer, so the keeper gives up after four attempts, which take 0.7 s.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_PeerHasDied_IsGivenUpAfterFourAttempts(int survivor)
    {
        await using var pair = await KeptPair.OpenAsync();
        await pair.Ends[1 - survivor].KillAsync();
        await pair.Proxy.DisposeAsync();

        pair.Ends[survivor].Break("a lane ended");

        var (peer, reason, why) = await pair.Ends[survivor].Owner.Failed;
        Assert.Equal((1 - survivor, AbortReason.PeerLost), (peer, reason));
        Assert.Contains("refused the connection", why);
        if (survivor == 0)
        {
            Assert.Equal(3,
                pair.Logs.Logger.Entries.Count(
                    entry => entry.Message.Contains("to rank 1; retrying", StringComparison.Ordinal)));
        }
    }

    /// <summary>Simulates a stopped process: the kernel accepts its connections, but nothing answers.</summary>
    [Fact]
    public async Task Link_PeerIsFrozen_IsGivenUpInTime()
    {
        await using var pair = await KeptPair.OpenAsync(new CommunicatorOptions
        {
            LinkKeeping =
                new LinkKeeperOptions { AttemptTimeout = TimeSpan.FromMilliseconds(50), GiveUpAfter = TimeSpan.FromMilliseconds(300) },
        });
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        pair.Proxy.Target = ((IPEndPoint)frozen.LocalEndpoint).Port;

        pair.Ends[0].Break("a lane ended");

        var (peer, reason, why) = await pair.Ends[0].Owner.Failed;
        Assert.Equal((1, AbortReason.TimedOut), (peer, reason));
        Assert.Contains("rank 1 opened no new link within 0.3 s: an attempt to reach rank 1 took too long", why);
    }

    /// <summary>A planned replacement waits while the peer is unreachable; the old link stays in use.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_DueForReplacementButPeerUnreachable_StaysInUse(int rank)
    {
        await using var pair = await KeptPair.OpenAsync();
        await pair.Ends[1 - rank].KillAsync();
        await pair.Proxy.DisposeAsync();

        pair.Ends[rank].Want(LinkCauseCode.Age);

        await pair.Logs.WaitForAsync(message => message.Contains("Age, for a test. It stays in use for now: ", StringComparison.Ordinal));
        Assert.Equal((0, false), (pair.Ends[rank].Owner.Surrenders, pair.Ends[rank].Owner.HasFailed));
        Assert.NotNull(pair.Ends[rank].Owner.Link);
    }

    [Fact]
    public async Task Link_ReplacementPostponed_IsReplacedWhenThePeerIsReachable()
    {
        var time = new TimerTime(DateTimeOffset.UtcNow);
        await using var pair = await KeptPair.OpenAsync(time: time);
        pair.Proxy.Target = 1;
        pair.Ends[0].Want(LinkCauseCode.Age);
        await pair.Logs.WaitForAsync(message => message.Contains("Age, for a test. It stays in use for now: ", StringComparison.Ordinal));

        pair.Proxy.Target = pair.Ends[1].ControlPort;
        time.Advance(new LinkKeeperOptions().PostponeFor);
        await pair.ProveReplacedAsync();

        Assert.All(pair.Ends, end => Assert.Equal((0, 1), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));
    }

    /// <summary>
    /// The initiator dies after OpenLink was answered. The responder has no connection left that could break, and still finds out.
    /// </summary>
    [Fact]
    public async Task Link_InitiatorDiesAfterTheReply_IsGivenUpByTheResponder()
    {
        await using var pair = await KeptPair.OpenAsync();
        pair.Ends[1].Service.Reply = static reply => reply.LaneEndpoint = "127.0.0.1:1";
        pair.Ends[0].Break("a lane ended");
        await pair.Logs.WaitForAsync(message => message.Contains("to rank 1; retrying", StringComparison.Ordinal));

        await pair.Ends[0].KillAsync();

        Assert.Equal((0, AbortReason.PeerLost), await FailureAsync(pair.Ends[1]));
    }

    /// <summary>The initiator dies before OpenLink was answered: nobody receives the reply, and no lane ever connects.</summary>
    [Fact]
    public async Task Link_InitiatorDiesBeforeTheReply_IsGivenUpByTheResponder()
    {
        await using var pair = await KeptPair.OpenAsync();
        var (asked, answer) = (NewSignal(), NewSignal());
        pair.Ends[1].Owner.Surrendering = () =>
        {
            asked.TrySetResult();
            return answer.Task;
        };
        pair.Ends[0].Break("a lane ended");
        await asked.Task.WaitAsync(Limit);

        await pair.Ends[0].KillAsync();
        answer.SetResult();

        Assert.Equal((0, AbortReason.PeerLost), await FailureAsync(pair.Ends[1]));
    }

    /// <summary>One end's communicator has ended: the other end learns of it and stops asking.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_PeersCommunicatorHasEnded_IsGivenUp(int ended)
    {
        await using var pair = await KeptPair.OpenAsync();
        pair.Ends[ended].Owner.Ended = "for a test";
        pair.Ends[ended].Break("a lane ended");
        pair.Ends[1 - ended].Break("a lane ended");

        var (peer, reason, why) = await pair.Ends[1 - ended].Owner.Failed;

        Assert.Equal((ended, AbortReason.PeerLost), (peer, reason));
        Assert.Contains("The communicator has ended here. for a test", why);
        Assert.False(pair.Ends[ended].Owner.HasFailed);
    }

    [Fact]
    public async Task Dispose_WhileALinkIsReplaced_Ends()
    {
        await using var pair = await KeptPair.OpenAsync();
        pair.Ends[1].Service.Reply = static reply => reply.LaneEndpoint = "127.0.0.1:1";
        pair.Ends[0].Break("a lane ended");
        await pair.Logs.WaitForAsync(message => message.Contains("to rank 1; retrying", StringComparison.Ordinal));

        foreach (var end in pair.Ends)
        {
            await end.Keeper.DisposeAsync().AsTask().WaitAsync(Limit);
        }

        Assert.All(pair.Ends, end => Assert.False(end.Owner.HasFailed));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<(int Peer, AbortReason Reason)> FailureAsync(KeptEnd end)
    {
        var (peer, reason, _) = await end.Owner.Failed;
        return (peer, reason);
    }
}
