using System.Runtime.InteropServices;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// The collectives between workers that joined over mutual TLS and exchange data over every transport with every protection.
/// </summary>
public sealed class NetworkCollectivesTests
{
    private const int Large = (1 << 20) + 3;

    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>
    /// Compares ranks x lengths x transports x protections with a plain reference. Every bit of the results is the same in all combinations
    /// and on all ranks.
    /// </summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Collectives_EveryLengthAndProtection_MatchTheReference(int size)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        var expected = Lengths(string.Empty, size).ToDictionary(length => length, length => new Expected(size, length));
        var rough = new Dictionary<(string Protection, int Rank, int Length), byte[]>();
        foreach (var (name, create) in Protections(size))
        {
            var members = await LocalCluster.OpenAllAsync(jobs, name, create);
            await LocalCluster.RunAsync(members, async member =>
            {
                foreach (var length in Lengths(name, size))
                {
                    await CheckAsync(member, length, expected[length]);
                    float[] bits = [.. expected[length].Rough[member.Rank]];
                    await member.AllReduceAsync<float>(bits, ReduceOp.Sum);
                    lock (rough)
                    {
                        rough[(name, member.Rank, length)] = MemoryMarshal.AsBytes<float>(bits).ToArray();
                    }
                }

                await member.BarrierAsync();
            });
        }

        foreach (var byLength in rough.GroupBy(entry => entry.Key.Length))
        {
            Assert.Equal(size * Protections(size).Keys.Count(name => Lengths(name, size).Contains(byLength.Key)), byLength.Count());
            Assert.All(byLength, entry => Assert.True(byLength.First().Value.AsSpan().SequenceEqual(entry.Value), $"{entry.Key} differs"));
        }
    }

    /// <summary>Returns the lengths of a combination; on the slow transport, other tests cover the longest.</summary>
    private static IEnumerable<int> Lengths(string name, int size) =>
        new[] { 0, 1, size - 1, size, size + 1, 1009, 10007, name.StartsWith(nameof(TransportKind.Grpc), StringComparison.Ordinal)
            ? 0 : Large }.Distinct();

    /// <summary>Returns all combinations; in the largest worlds, separate tests cover the slow transport.</summary>
    private static Dictionary<string, Func<CommunicatorOptions>> Protections(int size) => new(
        Combinations.Names.Where(name => size <= 4 || !name.StartsWith(nameof(TransportKind.Grpc), StringComparison.Ordinal))
            .Select(name => KeyValuePair.Create(name, () => Combinations.Options(name))))
    {
        ["aes"] = () => new CommunicatorOptions { Suite = CipherSuite.Aes256Gcm },
        ["chacha"] = () => new CommunicatorOptions { Suite = CipherSuite.ChaCha20Poly1305, Lanes = 2 },
    };

    private static async Task CheckAsync(Communicator member, int length, Expected expected)
    {
        var buffer = Reference.Input<float>(member.Rank, length);
        await member.AllReduceAsync<float>(buffer, ReduceOp.Average);
        Assert.Equal(expected.Average, buffer);

        var output = new double[length];
        member.AllReduce<double>(Reference.Input<double>(member.Rank, length), output, ReduceOp.Sum);
        Assert.Equal(expected.Sum, output);

        var all = new int[member.Size * length];
        await member.AllGatherAsync<int>(Reference.Input<int>(member.Rank, length), all);
        Assert.Equal(expected.All, all);
    }

    /// <summary>
    /// The expected results for every protection, and the inputs for comparing bits. They are computed once, because computing them takes
    /// longer than the collectives.
    /// </summary>
    private sealed class Expected(int size, int length)
    {
        public float[] Average { get; } = Reference.AllReduce<float>(size, length, ReduceOp.Average);

        public double[] Sum { get; } = Reference.AllReduce<double>(size, length, ReduceOp.Sum);

        public int[] All { get; } = Reference.AllGather<int>(size, length);

        public float[][] Rough { get; } = [.. Enumerable.Range(0, size).Select(rank => Reference.Rough(rank, length))];
    }
}
