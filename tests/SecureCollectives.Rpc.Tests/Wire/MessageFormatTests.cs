using System.Buffers;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc.Tests.Wire;

public sealed class MessageFormatTests
{
    private const int Limit = 100;

    [Fact]
    public void TryWrite_Message_HasFlagLengthAndPayload()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.True(MessageFormat.TryWrite(output, new Note { Text = "ab" }, Limit));

        Assert.Equal([0, 0, 0, 0, 4, 0x0a, 2, (byte)'a', (byte)'b'], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(98, true)]
    [InlineData(99, false)]
    public void TryWrite_AtTheLimit_CountsThePayloadOnly(int textLength, bool expected)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Equal(expected, MessageFormat.TryWrite(output, new Note { Text = new string('x', textLength) }, Limit));
        Assert.Equal(expected ? MessageFormat.HeaderSize + Limit : 0, output.WrittenCount);
    }

    [Theory]
    [InlineData("", nameof(MessageOutcome.NeedMore))]
    [InlineData("00000000", nameof(MessageOutcome.NeedMore))]
    [InlineData("0000000000", nameof(MessageOutcome.Message))]
    [InlineData("0000000001", nameof(MessageOutcome.NeedMore))]
    [InlineData("0000000001FF", nameof(MessageOutcome.Message))]
    [InlineData("0000000064", nameof(MessageOutcome.NeedMore))]
    [InlineData("0000000065", nameof(MessageOutcome.TooLarge))]
    [InlineData("007FFFFFFF", nameof(MessageOutcome.TooLarge))]
    [InlineData("0080000000", nameof(MessageOutcome.TooLarge))]
    [InlineData("00FFFFFFFF", nameof(MessageOutcome.TooLarge))]
    [InlineData("0100000000", nameof(MessageOutcome.Compressed))]
    [InlineData("01FFFFFFFF", nameof(MessageOutcome.Compressed))]
    [InlineData("0200000000", nameof(MessageOutcome.BadFlag))]
    public void TryTake_Bytes_GivesOutcome(string bytes, string expected) =>
        Assert.Equal(expected, MessageFormat.TryTake(new ReadOnlySequence<byte>(Convert.FromHexString(bytes)), Limit, out _).ToString());

    [Fact]
    public void TryTake_TwoMessages_TakesTheFirst()
    {
        byte[] bytes = Convert.FromHexString("0000000002AABB0000000001CC");

        Assert.Equal(MessageOutcome.Message, MessageFormat.TryTake(new ReadOnlySequence<byte>(bytes), Limit, out ReadOnlySequence<byte> payload));
        Assert.Equal([0xaa, 0xbb], payload.ToArray());
    }
}
