using Grpc.Core;
using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Calls of lower ranks that arrive before or after this worker opens the communicator.</summary>
public sealed class LinkExpectationsTests
{
    private const int Channels = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LinkExpectations _expectations = new();

    /// <summary>
    /// A call for a channel that the communicator lacks is refused as soon as the channels are known, not at the call's deadline.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_ChannelThatTheCommunicatorLacks_IsRefused(bool callComesFirst)
    {
        using var expectation = Expected(channel: 0);
        if (!callComesFirst)
        {
            _expectations.Add(expectation);
        }

        var call = WaitAsync(Channels);
        var ofAnotherPeer = _expectations.WaitAsync(new LinkKey("group", Channels, 2), CancellationToken.None);
        if (callComesFirst)
        {
            Assert.False(call.IsCompleted);
            _expectations.Add(expectation);
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Limit));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("has 2 channels; there is no channel 2", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.False(ofAnotherPeer.IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Wait_ChannelOfTheCommunicator_IsAnsweredWhenItIsExpected(int channel)
    {
        var call = WaitAsync(channel);
        using var first = Expected(channel: 0);
        using var second = Expected(channel: 1);
        _expectations.Add(first);
        _expectations.Add(second);
        Assert.Equal(channel == 0 ? first : second, await call.WaitAsync(Limit));
    }

    /// <summary>Returns an expectation that is only waited for; its roster and lane routes are never used.</summary>
    private static LinkExpectation Expected(ushort channel)
    {
        var parameters = new GroupParameters(new CommunicatorOptions(), SuiteCode.Aes256Gcm, channels: Channels);
        return new LinkExpectation(new LinkRequest(
            null!, WorkerId.Create("test.example", "job-a", 2), 1, "group", parameters, AeadEngines.OpenSsl)
        { Channel = channel }, null!);
    }

    private Task<LinkExpectation> WaitAsync(int channel) =>
        _expectations.WaitAsync(new LinkKey("group", channel, 1), CancellationToken.None);
}
