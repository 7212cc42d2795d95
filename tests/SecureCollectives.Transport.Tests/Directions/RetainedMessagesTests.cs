using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;

namespace SecureCollectives.Transport.Tests.Directions;

public sealed class RetainedMessagesTests
{
    private const int Limit = 4096;
    private const int Longest = 1000;

    [Fact]
    public void Add_RandomLengthsAndReleases_KeepsEveryPayloadUntilItsRelease()
    {
        var random = new Random(5);
        var retained = new RetainedMessages(Limit, Longest);
        var expected = new Dictionary<ulong, byte[]>();
        ulong next = 0;
        ulong released = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var length = random.Next(OperationDescriptor.Length, Longest + 1);
            if (retained.HasRoom(length))
            {
                var payload = new byte[length];
                random.NextBytes(payload);
                payload.CopyTo(retained.Add(next, HeaderOf(length)));
                expected[next++] = payload;
                Assert.Equal(next, retained.End);
            }
            else
            {
                released += (ulong)random.Next(1, 6);
                retained.Release(released);
                expected = expected.Where(entry => entry.Key >= released).ToDictionary();
            }

            Assert.Equal(expected.Count, retained.Count);
            foreach (var (position, payload) in expected)
            {
                Assert.Equal(payload, retained.Get(position, out var header));
                Assert.Equal(HeaderOf(payload.Length), header);
            }
        }

        Assert.Throws<UnreachableException>(() => retained.Get(next, out _));
    }

    [Fact]
    public void HasRoom_LimitReached_IsFalseUntilARelease()
    {
        var retained = new RetainedMessages(Limit, Longest);
        var fitting = Limit / RetainedMessages.WeightOf(OperationDescriptor.Length);
        for (ulong i = 0; i < (ulong)fitting; i++)
        {
            Assert.True(retained.HasRoom(OperationDescriptor.Length));
            retained.Add(i, HeaderOf(OperationDescriptor.Length));
        }

        Assert.False(retained.HasRoom(OperationDescriptor.Length));
        retained.Release(1);
        Assert.True(retained.HasRoom(OperationDescriptor.Length));
    }

    private static FrameHeader HeaderOf(int length) => new(FrameKind.Message, FramePhase.ReduceScatter, length, 0, 7, 1, 0);
}
