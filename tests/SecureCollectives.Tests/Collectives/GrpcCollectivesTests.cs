using System.Runtime.InteropServices;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// The collectives between workers that joined over mutual TLS and exchange data over gRPC lanes, with every protection, compared with TCP
/// lanes.
/// </summary>
public sealed class GrpcCollectivesTests
{
    private const int Large = (1 << 18) + 3;

    /// <summary>Gets pairwise combinations of world size, protection and number of lanes.</summary>
    public static TheoryData<int, Protection, int> Grid => new()
    {
        { 2, Protection.UnsafePlaintext, 1 },
        { 3, Protection.Aead, 2 },
        { 2, Protection.Tls, 2 },
        { 2, Protection.TlsAndAead, 1 },
        { 4, Protection.UnsafePlaintext, 2 },
        { 4, Protection.Tls, 1 },
        { 3, Protection.TlsAndAead, 1 },
        { 7, Protection.Aead, 1 },
        { 8, Protection.TlsAndAead, 1 },
        { 1, Protection.Tls, 1 },
    };

    [Theory]
    [MemberData(nameof(Grid))]
    public async Task Collectives_OverGrpc_MatchTheReferenceAndTcpBitForBit(int size, Protection protection, int lanes)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        var tcp = await RoughAsync(jobs, "tcp", () => new CommunicatorOptions());
        var grpc = await RoughAsync(
            jobs, "grpc", () =>
                new CommunicatorOptions { Transport = TransportKind.Grpc, Protection = protection, Lanes = lanes, ChunkBytes = 64 << 10 });

        Assert.Equal(tcp.Keys.Order(), grpc.Keys.Order());
        Assert.All(tcp, entry => Assert.True(entry.Value.AsSpan().SequenceEqual(grpc[entry.Key]), $"{entry.Key} differs"));
    }

    private static async Task<Dictionary<(int Rank, int Length), byte[]>> RoughAsync(
        Job[] jobs, string id, Func<CommunicatorOptions> options)
    {
        var rough = new Dictionary<(int Rank, int Length), byte[]>();
        var members = await LocalCluster.OpenAllAsync(jobs, id, options);
        await LocalCluster.RunAsync(members, async member =>
        {
            foreach (var length in new[] { 0, 1, member.Size - 1, member.Size, member.Size + 1, 10007, Large }.Distinct())
            {
                var all = new int[member.Size * length];
                member.AllGather<int>(Reference.Input<int>(member.Rank, length), all);
                Assert.Equal(Reference.AllGather<int>(member.Size, length), all);

                var bits = Reference.Rough(member.Rank, length);
                await member.AllReduceAsync<float>(bits, ReduceOp.Sum);
                lock (rough)
                {
                    rough[(member.Rank, length)] = MemoryMarshal.AsBytes<float>(bits).ToArray();
                }
            }

            await member.BarrierAsync();
        });
        return rough;
    }
}
