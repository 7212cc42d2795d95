using SecureCollectives.Framing;
using SecureCollectives.PointToPoint;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.PointToPoint;

/// <summary>A malicious member sends invalid envelopes in its point-to-point streams. The communicator ends and names it.</summary>
public sealed class EvilStreamTests
{
    private const int MoreThanAnybodyAnswers = 1025;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Envelope Want = new(EnvelopeKind.Want, ElementCode.Int32, 0, 1, 8, 1);

    private static readonly Dictionary<string, (Envelope Envelope, int Times, string Words)> Lies = new()
    {
        ["an unknown kind"] = (Want with { Kind = 0 }, 1, "an envelope that cannot be read"),
        ["an unknown element"] = (Want with { Element = ElementCode.None }, 1, "an envelope that cannot be read"),
        ["data for a call that was not made"] = (
            Want with { Kind = EnvelopeKind.DataFollows, Call = 7 }, 1, "data that was not requested"),
        ["wants without end"] = (Want, MoreThanAnybodyAnswers, "more than 1024 Receive calls"),
    };

    public static TheoryData<string> Names => [.. Lies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Receive_PeerLies_EndsTheCommunicatorAndNamesIt(string name)
    {
        var (envelope, times, words) = Lies[name];
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "evil", static () => new CommunicatorOptions());
        var waiting = members[0].ReceiveAsync<int>(new int[1], 2, tag: 1);
        var messaging = members[2].Messaging;
        Assert.NotNull(messaging);
        for (var i = 0; i < times; i++)
        {
            await SendAsync(messaging.Setting.To(0), envelope);
        }

        var failure = await Assert.ThrowsAsync<CollectiveException>(() => waiting.WaitAsync(Limit));
        Assert.Equal((CollectiveError.AuthenticationFailed, 2), (failure.Error, failure.Culprit));
        Assert.Contains($"rank 2 sent {words}", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<CollectiveException>(() => members[1].BarrierAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.AuthenticationFailed, 2), (failure.Error, failure.Culprit));
    }

    /// <summary>Waits until the envelope has been sent, because a stream accepts a limited number at a time.</summary>
    private static async Task SendAsync(Loop stream, Envelope envelope)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var operation = new EnvelopeOperation(Limit, (_, _) => ended.TrySetResult());
        operation.Write(envelope);
        operation.Assign(new EnvelopeSchedule(0, sends: true), null, Limit);
        Assert.True(stream.Start(operation) is null || envelope.Kind == EnvelopeKind.Want);
        await ended.Task.WaitAsync(Limit);
    }
}
