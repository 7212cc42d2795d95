using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Tests.Plan;

public sealed class RoundOrderTests
{
    private static readonly Variant[] Variants =
    [
        new("tcp", "plaintext", null),
        new("grpc", "plaintext", null),
        new("tcp", "aead", "a"),
        new("tcp", "aead", "b"),
        new("grpc", "aead", "a"),
        new("grpc", "aead", "b"),
    ];

    [Fact]
    public void Next_EachRound_OpensAndClosesWithTheBaselinesAndVisitsTheOthersOnce()
    {
        var order = new RoundOrder(Variants, 1);
        for (var i = 0; i < 50; i++)
        {
            var round = order.Next();
            Assert.Equal([0, 1], round.Take(2));
            Assert.Equal([1, 0], round.TakeLast(2));
            Assert.Equal([2, 3, 4, 5], round.Skip(2).SkipLast(2).Order());
        }
    }

    [Fact]
    public void Next_SameSeed_IsTheSameOnAllRanksAndChangesBetweenRounds()
    {
        var (mine, theirs) = (new RoundOrder(Variants, 7), new RoundOrder(Variants, 7));
        var rounds = Enumerable.Range(0, 20).Select(_ => string.Join(' ', mine.Next())).ToArray();

        Assert.Equal(rounds, Enumerable.Range(0, 20).Select(_ => string.Join(' ', theirs.Next())));
        Assert.True(rounds.Distinct().Count() > 1);
        Assert.NotEqual(rounds, Enumerable.Range(0, 20).Select(_ => string.Join(' ', new RoundOrder(Variants, 8).Next())));
    }

    [Fact]
    public void Next_NoBaseline_VisitsWhatThereIs() => Assert.Equal([0], new RoundOrder([new Variant("tcp", "aead", "a")], 1).Next());
}
