using FsCheck;
using FsCheck.Fluent;

namespace SecureCollectives.Framing.Tests;

public sealed class ControlPayloadTests
{
    [Fact]
    public void Descriptor_EveryValue_ReadsBackEqual() => Prop.ForAll(Descriptors, descriptor =>
    {
        var bytes = new byte[OperationDescriptor.Length];
        descriptor.Write(bytes);
        return OperationDescriptor.TryRead(bytes, out var read) == FrameReadStatus.Ok && read == descriptor;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Descriptor_Sample_HasTheSpecifiedBytes()
    {
        var bytes = new byte[OperationDescriptor.Length];

        new OperationDescriptor(
            CollectiveCode.AllReduce, ElementCode.Int64, OperatorCode.Product, AlgorithmCode.Ring, 0x01020304, 0x05060708090A0B0C,
                0x0D0E0F10, 0x1112131415161718)
            .Write(bytes);

        Assert.Equal("010505010102030405060708090A0B0C0D0E0F10000000001112131415161718", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 17)]
    [InlineData(1, 14)]
    [InlineData(2, 11)]
    [InlineData(3, 0)]
    [InlineData(3, 9)]
    public void Descriptor_UnknownCode_IsRefused(int offset, byte code)
    {
        byte[] bytes = [1, 1, 1, 1, .. new byte[OperationDescriptor.Length - 4]];
        Assert.Equal(FrameReadStatus.Ok, OperationDescriptor.TryRead(bytes, out _));
        bytes[offset] = code;

        Assert.Equal(FrameReadStatus.UnknownCode, OperationDescriptor.TryRead(bytes, out var read));
        Assert.Equal(default, read);
    }

    [Fact]
    public void Descriptor_ReservedByteSet_IsRefused()
    {
        for (var offset = 20; offset < 24; offset++)
        {
            byte[] bytes = [1, 1, 1, 1, .. new byte[OperationDescriptor.Length - 4]];
            bytes[offset] = 1;
            Assert.Equal(FrameReadStatus.ReservedBitsSet, OperationDescriptor.TryRead(bytes, out var read));
            Assert.Equal(default, read);
        }
    }

    [Fact]
    public void Abort_EveryValue_ReadsBackEqual() => Prop.ForAll(Notices, notice =>
    {
        var bytes = new byte[AbortMessage.Length];
        bytes.AsSpan().Fill(byte.MaxValue);
        notice.Write(bytes);
        return AbortMessage.TryRead(bytes, out var read) == FrameReadStatus.Ok && read == notice;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Abort_Sample_HasTheSpecifiedBytes()
    {
        var bytes = new byte[AbortMessage.Length];

        new AbortMessage(AbortReason.TimedOut, 0x01020304, 0x1112131415161718, 0x21222324, 0x31323334).Write(bytes);

        Assert.Equal("020000000102030411121314151617182122232431323334", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(0, 0, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(0, 9, nameof(FrameReadStatus.UnknownCode))]
    [InlineData(1, 1, nameof(FrameReadStatus.ReservedBitsSet))]
    [InlineData(3, 128, nameof(FrameReadStatus.ReservedBitsSet))]
    public void Abort_OneByteWrong_ReturnsTheReason(int offset, byte value, string expected)
    {
        var bytes = new byte[AbortMessage.Length];
        new AbortMessage(AbortReason.Closed, 1, 2, 3, 4).Write(bytes);
        bytes[offset] = value;

        Assert.Equal(expected, AbortMessage.TryRead(bytes, out _).ToString());
    }

    [Fact]
    public void Acknowledgement_EveryValue_ReadsBackEqual() => Prop.ForAll(Arbitraries.UInt64.ToArbitrary(), applied =>
    {
        var bytes = new byte[Acknowledgement.Length];
        new Acknowledgement(applied).Write(bytes);
        return Acknowledgement.TryRead(bytes, out var read) == FrameReadStatus.Ok && read.Applied == applied;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_AnyOtherLength_ReturnsWrongLength()
    {
        for (var length = 0; length < 64; length++)
        {
            var bytes = new byte[length];
            Assert.Equal(length != OperationDescriptor.Length, OperationDescriptor.TryRead(bytes, out _) == FrameReadStatus.WrongLength);
            Assert.Equal(length != AbortMessage.Length, AbortMessage.TryRead(bytes, out _) == FrameReadStatus.WrongLength);
            Assert.Equal(length != Acknowledgement.Length, Acknowledgement.TryRead(bytes, out _) == FrameReadStatus.WrongLength);
        }
    }

    [Fact]
    public void TryRead_RandomBytes_AcceptsOnlyWhatIsWrittenBackUnchanged() =>
        Prop.ForAll(Arbitraries.Bytes(OperationDescriptor.Length).ToArbitrary(), bytes =>
    {
        Shrink(bytes, 0, 9);
        Shrink(bytes, 1, 14);
        Shrink(bytes, 2, 11);
        Shrink(bytes, 3, 4);
        bytes.AsSpan(20, 4).Clear();
        var again = new byte[OperationDescriptor.Length];
        var consistent = true;
        var first = bytes.AsSpan(0, AbortMessage.Length);
        if (AbortMessage.TryRead(first, out var notice) == FrameReadStatus.Ok)
        {
            notice.Write(again);
            consistent &= again.AsSpan(0, AbortMessage.Length).SequenceEqual(first);
        }

        if (OperationDescriptor.TryRead(bytes, out var descriptor) == FrameReadStatus.Ok)
        {
            descriptor.Write(again);
            consistent &= again.AsSpan().SequenceEqual(bytes);
        }

        return consistent;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    private static Arbitrary<OperationDescriptor> Descriptors => (
        from collective in Arbitraries.Code<CollectiveCode>()
        from element in Arbitraries.Code<ElementCode>()
        from reduction in Arbitraries.Code<OperatorCode>()
        from algorithm in Arbitraries.Code<AlgorithmCode>()
        from root in Arbitraries.UInt32
        from count in Arbitraries.UInt64
        from elementBytes in Arbitraries.UInt32
        from detail in Arbitraries.UInt64
        select new OperationDescriptor(collective, element, reduction, algorithm, root, count, elementBytes, detail)).ToArbitrary();

    private static Arbitrary<AbortMessage> Notices => (
        from reason in Arbitraries.Code<AbortReason>()
        from culprit in Arbitraries.UInt32
        from operation in Arbitraries.UInt64
        from step in Arbitraries.UInt32
        from reporter in Arbitraries.UInt32
        select new AbortMessage(reason, culprit, operation, step, reporter)).ToArbitrary();

    /// <summary>Moves a byte close to the defined codes, so that random bytes get past the first check.</summary>
    private static void Shrink(byte[] bytes, int offset, int modulus) => bytes[offset] = (byte)(bytes[offset] % (modulus + 1));
}
