using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Keys;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>One direction of one lane: its sealer at one worker, its opener at the other.</summary>
internal sealed class TestLane : IDisposable
{
    public TestLane(byte suite)
    {
        using var link = TestLink.Open((SuiteCode)suite);
        Sealer = link.Initiator.CreateSealer(0);
        Opener = link.Responder.CreateOpener(0);
    }

    public FrameSealer Sealer { get; }

    public FrameOpener Opener { get; }

    public TestFrame Seal(ReadOnlySpan<byte> payload) => TestFrame.Seal(Sealer, payload);

    public void Dispose()
    {
        Sealer.Dispose();
        Opener.Dispose();
    }
}
