using FsCheck;
using FsCheck.Fluent;

namespace SecureCollectives.Framing.Tests;

public sealed class FrameHeaderTests
{
    private static readonly FrameHeader Sample =
        new(FrameKind.Data, FramePhase.AllGather, 0x0A0B0C, 0x1112131415161718, 0x2122232425262728, 0x31323334, 0x41424344);

    [Fact]
    public void WriteHeader_EveryHeader_ReadsBackEqual() => Prop.ForAll(Arbitraries.Headers, header =>
    {
        var head = new byte[FrameFormat.HeaderLength];
        FrameWriter.WriteHeader(header, head);
        return FrameReader.TryReadHeader(head, out var read) == FrameReadStatus.Ok && read == header;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteHeader_Sample_PutsEachFieldAtItsOffset()
    {
        var head = new byte[FrameFormat.HeaderLength];

        FrameWriter.WriteHeader(Sample, head);

        Assert.Equal("01010200000A0B0C1112131415161718212223242526272831323334" + "41424344", Convert.ToHexString(head));
    }

    [Fact]
    public void TryReadHeader_AnyBitFlipped_IsRefusedOrReadsAsAnotherHeader()
    {
        var head = new byte[FrameFormat.HeaderLength];
        FrameWriter.WriteHeader(Sample, head);
        for (var bit = 0; bit < 8 * head.Length; bit++)
        {
            head[bit / 8] ^= (byte)(1 << (bit % 8));

            var status = FrameReader.TryReadHeader(head, out var read);

            Assert.NotEqual(Sample, read);
            Assert.Equal(status == FrameReadStatus.Ok, read != default);
            head[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryReadHeader_RandomBytes_AcceptsOnlyWhatIsWrittenBackUnchanged() => Prop.ForAll(HostileHeads, head =>
    {
        if (FrameReader.TryReadHeader(head, out var read) != FrameReadStatus.Ok)
        {
            return read == default;
        }

        var again = new byte[FrameFormat.HeaderLength];
        FrameWriter.WriteHeader(read, again);
        return again.AsSpan().SequenceEqual(head) && read.Length <= FrameFormat.MaxPayloadLength;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData(FrameFormat.VersionOffset, 0, nameof(FrameReadStatus.UnknownVersion))]
    [InlineData(FrameFormat.VersionOffset, 2, nameof(FrameReadStatus.UnknownVersion))]
    [InlineData(FrameFormat.KindOffset, 0, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(FrameFormat.KindOffset, 6, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(FrameFormat.KindOffset, 255, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(FrameFormat.PhaseOffset, 0, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(FrameFormat.PhaseOffset, 3, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(FrameFormat.FlagsOffset, 1, nameof(FrameReadStatus.ReservedBitsSet))]
    [InlineData(FrameFormat.FlagsOffset, 128, nameof(FrameReadStatus.ReservedBitsSet))]
    [InlineData(FrameFormat.LengthOffset, 128, nameof(FrameReadStatus.TooLong))]
    [InlineData(FrameFormat.LengthOffset, 1, nameof(FrameReadStatus.TooLong))]
    [InlineData(FrameFormat.LengthOffset + 1, 0x10, nameof(FrameReadStatus.TooLong))]
    public void TryReadHeader_OneByteWrong_ReturnsTheReason(int offset, byte value, string expected)
    {
        var head = new byte[FrameFormat.HeaderLength];
        FrameWriter.WriteHeader(Sample, head);
        head[offset] = value;

        Assert.Equal(expected, FrameReader.TryReadHeader(head, out _).ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void TryReadHeader_WrongNumberOfBytes_ReturnsWrongLength(int count) =>
        Assert.Equal(FrameReadStatus.WrongLength, FrameReader.TryReadHeader(new byte[count], out _));

    [Fact]
    public void TryReadHeader_LargestPayload_IsAcceptedAndALargerOneIsNot()
    {
        var head = new byte[FrameFormat.HeaderLength];
        FrameWriter.WriteHeader(Sample with { Length = FrameFormat.MaxPayloadLength }, head);
        Assert.Equal(FrameReadStatus.Ok, FrameReader.TryReadHeader(head, out _));

        head[^(FrameFormat.HeaderLength - FrameFormat.CounterOffset + 1)]++;
        Assert.Equal(FrameReadStatus.TooLong, FrameReader.TryReadHeader(head, out _));
    }

    [Fact]
    public void TryReadHeader_ControlFrameOfAnotherLength_ReturnsWrongLength()
    {
        foreach (var kind in ControlKinds)
        {
            var right = FrameReader.FixedPayloadLength(kind);
            foreach (var wrong in new[] { 0, right - 1, right + 1, FrameFormat.MaxPayloadLength }.Where(
                length => length >= 0 && length != right))
            {
                var head = new byte[FrameFormat.HeaderLength];
                FrameWriter.WriteHeader(new FrameHeader(kind, FramePhase.None, wrong, 0, 0, 0, 0), head);

                Assert.Equal(FrameReadStatus.WrongLength, FrameReader.TryReadHeader(head, out _));
            }
        }
    }

    [Fact]
    public void TryReadHeader_ControlFrameWithPhase_ReturnsUnknownCode()
    {
        foreach (var kind in ControlKinds)
        {
            var head = new byte[FrameFormat.HeaderLength];
            FrameWriter.WriteHeader(
                new FrameHeader(kind, FramePhase.AllGather, FrameReader.FixedPayloadLength(kind), 0, 0, 0, 0), head);

            Assert.Equal(FrameReadStatus.UnknownCode, FrameReader.TryReadHeader(head, out _));
        }
    }

    [Theory]
    [InlineData(0, nameof(FrameReadStatus.WrongLength))]
    [InlineData(OperationDescriptor.Length - 1, nameof(FrameReadStatus.WrongLength))]
    [InlineData(OperationDescriptor.Length, nameof(FrameReadStatus.Ok))]
    [InlineData(FrameFormat.MaxPayloadLength, nameof(FrameReadStatus.Ok))]
    public void TryReadHeader_Message_MustContainItsDescriptor(int length, string expected)
    {
        foreach (var phase in Enum.GetValues<FramePhase>())
        {
            var head = new byte[FrameFormat.HeaderLength];
            FrameWriter.WriteHeader(new FrameHeader(FrameKind.Message, phase, length, 0, 0, 0, 0), head);

            Assert.Equal(expected, FrameReader.TryReadHeader(head, out _).ToString());
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(FrameFormat.MaxPayloadLength + 1)]
    public void WriteHeader_LengthOutOfRange_Throws(int length) => Assert.Throws<ArgumentOutOfRangeException>(
        () => FrameWriter.WriteHeader(Sample with { Length = length }, new byte[FrameFormat.HeaderLength]));

    private static IEnumerable<FrameKind> ControlKinds =>
        Enum.GetValues<FrameKind>().Where(static kind => kind is not FrameKind.Data and not FrameKind.Message);

    /// <summary>Half of them begin like a valid header, so that later checks are reached.</summary>
    private static Arbitrary<byte[]> HostileHeads => (
        from bytes in Arbitraries.Bytes(FrameFormat.HeaderLength)
        from plausible in Gen.Elements(true, false)
        from kind in Gen.Choose(0, 6)
        from phase in Gen.Choose(0, 3)
        from small in Gen.Choose(0, 32)
        select plausible
            ? (byte[])[FrameFormat.Version, (byte)kind, (byte)phase, 0, 0, 0, 0, (byte)small, .. bytes[8..]] : bytes).ToArbitrary();
}
