using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Hellos as an attacker would send them to a worker that waits for the lanes of a link.</summary>
public sealed class HelloTests : IDisposable
{
    private readonly TestLink _link = TestLink.Open();

    [Fact]
    public void VerifyHello_Genuine_IsOkOnceAndSoIsItsAnswer()
    {
        for (ushort lane = 0; lane < TestLink.LaneCount; lane++)
        {
            var hello = Hello(_link.Initiator, lane);
            Assert.Equal(HelloStatus.Ok, _link.Responder.VerifyHello(hello, out var accepted));
            Assert.Equal(lane, accepted);

            Assert.Equal(HelloStatus.Ok, _link.Initiator.VerifyAnswer(lane, hello, Answer(_link.Responder, lane, hello)));
        }
    }

    [Fact]
    public void VerifyHello_InPlaintext_AlsoNeedsTheProof()
    {
        using var link = TestLink.Open(SuiteCode.None);
        var hello = Hello(link.Initiator, 0);
        var forged = hello.ToArray();
        forged[^1] ^= 1;

        Assert.Equal(HelloStatus.WrongProof, link.Responder.VerifyHello(forged, out _));
        Assert.Equal(HelloStatus.Ok, link.Responder.VerifyHello(hello, out _));
    }

    [Fact]
    public void VerifyHello_AnyBitFlipped_IsRefusedAndLeavesTheLaneOpen()
    {
        var hello = Hello(_link.Initiator, 1);
        for (var bit = 0; bit < 8 * hello.Length; bit++)
        {
            var changed = hello.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(HelloStatus.Ok, _link.Responder.VerifyHello(changed, out _));
        }

        Assert.Equal(HelloStatus.Ok, _link.Responder.VerifyHello(hello, out _));
    }

    [Fact]
    public void VerifyHello_Replayed_ReturnsAlreadyUsed()
    {
        var hello = Hello(_link.Initiator, 0);
        _link.Responder.VerifyHello(hello, out _);

        Assert.Equal(HelloStatus.AlreadyUsed, _link.Responder.VerifyHello(hello, out _));
    }

    [Fact]
    public void VerifyHello_SentConcurrentlyByMany_IsOkForOne()
    {
        var hello = Hello(_link.Initiator, 0);
        var accepted = 0;

        Parallel.For(0, 64, _ =>
        {
            if (_link.Responder.VerifyHello(hello, out var _) == HelloStatus.Ok)
            {
                Interlocked.Increment(ref accepted);
            }
        });

        Assert.Equal(1, accepted);
    }

    [Fact]
    public void VerifyHello_Reflected_ReturnsWrongProof() =>
        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyHello(Hello(_link.Initiator, 0), out _));

    [Fact]
    public void VerifyHello_ProofOfAnotherLane_ReturnsWrongProof()
    {
        var spliced = Hello(_link.Initiator, 0);
        Hello(_link.Initiator, 1).AsSpan(LaneHello.SignedLength).CopyTo(spliced.AsSpan(LaneHello.SignedLength));

        Assert.Equal(HelloStatus.WrongProof, _link.Responder.VerifyHello(spliced, out _));
    }

    [Fact]
    public void VerifyHello_OfAnotherLink_ReturnsWrongLink()
    {
        using var other = TestLink.Open();

        Assert.Equal(HelloStatus.WrongLink, _link.Responder.VerifyHello(Hello(other.Initiator, 0), out _));
    }

    [Fact]
    public void VerifyHello_ProofOfAnotherLink_ReturnsWrongProof()
    {
        using var other = TestLink.Open();
        var spliced = Hello(_link.Initiator, 0);
        Hello(other.Initiator, 0).AsSpan(LaneHello.SignedLength).CopyTo(spliced.AsSpan(LaneHello.SignedLength));

        Assert.Equal(HelloStatus.WrongProof, _link.Responder.VerifyHello(spliced, out _));
    }

    [Fact]
    public void VerifyHello_LaneOutsideTheLink_ReturnsUnknownLane()
    {
        var hello = Hello(_link.Initiator, 0);
        hello[7] = (byte)TestLink.LaneCount;

        Assert.Equal(HelloStatus.UnknownLane, _link.Responder.VerifyHello(hello, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(55)]
    [InlineData(57)]
    [InlineData(1 << 20)]
    public void VerifyHello_RandomBytesOfAnyLength_ReturnsMalformed(int length) =>
        Assert.Equal(HelloStatus.Malformed, _link.Responder.VerifyHello(RandomNumberGenerator.GetBytes(length), out _));

    [Fact]
    public void VerifyHello_AfterDispose_ReturnsClosed()
    {
        var hello = Hello(_link.Initiator, 0);
        _link.Responder.Dispose();

        Assert.Equal(HelloStatus.Closed, _link.Responder.VerifyHello(hello, out _));
        Assert.Equal(HelloStatus.Closed, _link.Responder.VerifyAnswer(0, hello, new byte[LaneHello.AnswerLength]));
    }

    [Theory]
    [MemberData(nameof(TranscriptVariations.NamesForLinks), MemberType = typeof(TranscriptVariations))]
    public void VerifyHello_TranscriptsDiffer_IsRefused(string field)
    {
        using var link = TestLink.Open(differsIn: TranscriptVariations.All[field]);

        Assert.Equal(
            field == "link" ? HelloStatus.WrongLink : HelloStatus.WrongProof,
            link.Responder.VerifyHello(Hello(link.Initiator, 0), out _));
    }

    [Fact]
    public void VerifyAnswer_AnyBitFlipped_ReturnsWrongProof()
    {
        var hello = Hello(_link.Initiator, 0);
        var answer = Answer(_link.Responder, 0, hello);
        for (var bit = 0; bit < 8 * answer.Length; bit++)
        {
            answer[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, answer));
            answer[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void VerifyAnswer_HelloReflectedOrOfAnotherLaneOrTruncated_ReturnsWrongProof()
    {
        var hello = Hello(_link.Initiator, 0);
        var other = Hello(_link.Initiator, 1);

        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, hello.AsSpan(LaneHello.SignedLength)));
        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, Answer(_link.Initiator, 0, hello)));
        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, Answer(_link.Responder, 1, other)));
        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, Answer(_link.Responder, 0, hello).AsSpan(1)));
        Assert.Equal(HelloStatus.WrongProof, _link.Initiator.VerifyAnswer(0, hello, []));
    }

    public void Dispose() => _link.Dispose();

    private static byte[] Hello(LinkKeys from, ushort lane)
    {
        var hello = new byte[LaneHello.Length];
        from.WriteHello(lane, hello);
        return hello;
    }

    private static byte[] Answer(LinkKeys from, ushort lane, byte[] hello)
    {
        var answer = new byte[LaneHello.AnswerLength];
        from.WriteAnswer(lane, hello, answer);
        return answer;
    }
}
