using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecureCollectives.Transport.Grpc;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>Compares the lane service's messages with protobuf's own; BytesValue has the same single field.</summary>
public sealed class LaneMessageTests
{
    public static TheoryData<int> Lengths => [1, 56, 127, 128, 16_383, 16_384, 131_072, (2 << 20) - 1];

    public static TheoryData<string, string> Malformed => new()
    {
        { "compressed", "01000000030A0141" },
        { "unknown flag", "02000000030A0141" },
        { "field 2", "0000000003120141" },
        { "a varint field", "00000000020801" },
        { "length too short for the field", "00000000020A0141" },
        { "length too long for the field", "00000000040A014100" },
        { "two fields", "00000000060A01410A0142" },
        { "no field length", "00000000010A0A" },
        { "varint of five bytes", "00000000070A818080800041" },
        { "over 4 MiB", "0000400001" },
        { "4 GiB", "00FFFFFFFF" },
        { "field of 4 GiB", "00000000060AFFFFFFFF0F" },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void WriteHeader_AnyLength_EqualsProtobufs(int length)
    {
        var data = RandomNumberGenerator.GetBytes(length);
        var header = new byte[LaneMessageFormat.MaxHeaderLength];
        var written = LaneMessageFormat.WriteHeader(header, length);

        byte[] message = [.. header[..written], .. data];
        Assert.Equal(Message(data), message);
    }

    /// <summary>A reader that continues until it has a byte must not be kept busy by empty messages.</summary>
    [Fact]
    public void TryDecode_EndlessEmptyMessages_IsRefused()
    {
        var decoder = new LaneMessageDecoder();
        var empty = new byte[5 * (LaneMessageDecoder.MaxBytesWithoutData / 5)];
        var rest = new ReadOnlySequence<byte>(empty);
        Assert.True(decoder.TryDecode(ref rest, new byte[1], out _));

        rest = new ReadOnlySequence<byte>(empty);
        Assert.False(decoder.TryDecode(ref rest, new byte[1], out _));
    }

    [Fact]
    public void TryDecode_EmptyMessagesBetweenData_AreAccepted()
    {
        var decoder = new LaneMessageDecoder();
        for (var round = 0; round < 3; round++)
        {
            byte[] body = [.. new byte[5 * (LaneMessageDecoder.MaxBytesWithoutData / 10)], .. Message([7])];
            var rest = new ReadOnlySequence<byte>(body);
            Assert.True(decoder.TryDecode(ref rest, new byte[2], out var written));
            Assert.Equal(1, written);
        }
    }

    /// <summary>The result does not depend on how the body is split in transit or how small the destination is.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(100_000, 4096)]
    public void TryDecode_AnySplit_ReturnsTheBytes(int arriving, int room)
    {
        var data = RandomNumberGenerator.GetBytes(20_000);
        byte[] body = [.. Message(data[..1]), .. Message([]), .. Message(data[1..129]), .. Message(data[129..129]),
            .. Message(data[129..])];
        var decoder = new LaneMessageDecoder();
        var decoded = new List<byte>();
        var destination = new byte[room];
        for (var at = 0; at < body.Length; at += arriving)
        {
            var rest = new ReadOnlySequence<byte>(body, at, Math.Min(arriving, body.Length - at));
            while (!rest.IsEmpty)
            {
                Assert.True(decoder.TryDecode(ref rest, destination, out var written));
                decoded.AddRange(destination[..written]);
                Assert.True(written > 0 || rest.IsEmpty);
            }
        }

        Assert.Equal(data, decoded);
        Assert.True(decoder.IsBetweenMessages);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void TryDecode_Malformed_IsRefused(string what, string body)
    {
        var rest = new ReadOnlySequence<byte>(Convert.FromHexString(body));
        var decoder = new LaneMessageDecoder();

        Assert.False(decoder.TryDecode(ref rest, new byte[100], out _) && decoder.IsBetweenMessages, what);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(60)]
    public void TryDecode_Truncated_IsNotBetweenMessages(int length)
    {
        var rest = new ReadOnlySequence<byte>(Message(new byte[56]), 0, length);
        var decoder = new LaneMessageDecoder();

        Assert.True(decoder.TryDecode(ref rest, new byte[100], out _));
        Assert.False(decoder.IsBetweenMessages);
    }

    /// <summary>Any input is refused or decoded, within the bounds of the destination.</summary>
    [Fact]
    public void TryDecode_RandomBytes_NeverThrows()
    {
        var destination = new byte[16];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = RandomNumberGenerator.GetBytes(40);
            if (round % 2 == 0)
            {
                "\0\0\0\0"u8.CopyTo(bytes);
                bytes[4] = (byte)(bytes[4] % 32);
                bytes[5] = LaneMessageFormat.Tag;
            }

            var rest = new ReadOnlySequence<byte>(bytes);
            var decoder = new LaneMessageDecoder();
            while (decoder.TryDecode(ref rest, destination, out var written) && written > 0)
            {
                Assert.InRange(written, 1, destination.Length);
            }
        }
    }

    private static byte[] Message(byte[] data)
    {
        var payload = new BytesValue { Value = ByteString.CopyFrom(data) }.ToByteArray();
        var message = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), payload.Length);
        payload.CopyTo(message, 5);
        return message;
    }
}
