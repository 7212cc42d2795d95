using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Opening;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Opening;

public sealed class CommunicatorPlanTests
{
    /// <summary>If fitting the lanes fails, the loop never gets the link, so nothing else would close them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_ThatFails_ClosesTheLanes(bool rate)
    {
        var lanes = new[] { new ClosableLane(), new ClosableLane() };
        var sealers = new List<FrameSealer>();
        var hooks = rate
            ? new LaneHooks { BytesPerSecond = 1 }
            : new LaneHooks
            {
                Sealer = sealer =>
                {
                    sealers.Add(sealer);
                    return sealers.Count == 1 ? sealer : throw new InvalidOperationException("cannot be fitted");
                },
            };
        var plan = new CommunicatorPlan("fitted", new GroupParameters(new CommunicatorOptions(), SuiteCode.Aes256Gcm), AeadEngines.OpenSsl,
            TimeSpan.FromMinutes(1), long.MaxValue, new LinkKeeperOptions(), hooks, null);
        var link = new Link(1, [.. lanes.Select(lane => new LinkLane(lane, new PlaintextSealer(), new PlaintextOpener()))]);

        var failure = Assert.ThrowsAny<Exception>(
            () => plan.Fit(new OpenedLink(link, default, new LinkCertificates(default, default, default)), NullLogger.Instance));
        Assert.True(rate ? failure is NotSupportedException : failure is InvalidOperationException, failure.ToString());
        Assert.All(lanes, lane => Assert.True(lane.IsClosed));
    }

    private sealed class ClosableLane : Lane
    {
        public bool IsClosed { get; private set; }

        public override int Descriptor => -1;

        public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
            throw new NotSupportedException();

        public override LaneOutcome TryReceive(Span<byte> destination, out int received) => throw new NotSupportedException();

        public override void EndSending()
        {
        }

        public override void Dispose() => IsClosed = true;
    }
}
