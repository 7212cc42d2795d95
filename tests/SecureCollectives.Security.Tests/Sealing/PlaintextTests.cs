using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>Without a tag, the header checks catch only accidental errors.</summary>
public sealed class PlaintextTests
{
    [Fact]
    public void Open_ReorderedDroppedOrDuplicated_ReturnsWrongCounter()
    {
        using var sealer = new PlaintextSealer();
        var frames = Enumerable.Range(0, 3).Select(value => TestFrame.Seal(sealer, [(byte)value])).ToList();

        foreach (var order in new int[][] { [1], [0, 2], [0, 0] })
        {
            using var opener = new PlaintextOpener();
            Assert.All(order[..^1], index => Assert.Equal(OpenStatus.Ok, frames[index].Open(opener, out _)));
            Assert.Equal(OpenStatus.WrongCounter, frames[order[^1]].Open(opener, out _));
            Assert.Equal(OpenStatus.AlreadyFailed, frames[^1].Open(opener, out _));
        }
    }

    [Fact]
    public void Expect_BitOfVersionKindFlagsOrCounterFlipped_IsRefused()
    {
        using var sealer = new PlaintextSealer();
        var frame = TestFrame.Seal(sealer, [1, 2, 3]);
        var bits = Enumerable.Range(0, 8 * FrameFormat.PhaseOffset)
            .Concat(Enumerable.Range(8 * FrameFormat.FlagsOffset, 8))
            .Concat(Enumerable.Range(8 * FrameFormat.CounterOffset, 64));
        foreach (var bit in bits)
        {
            using var opener = new PlaintextOpener();
            Assert.NotEqual(OpenStatus.Ok, opener.Expect(frame.WithHeadBitFlipped(bit).Head, out _));
        }
    }
}
