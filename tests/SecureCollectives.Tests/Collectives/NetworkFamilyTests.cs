using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// All other collectives between workers that joined over mutual TLS, in many worlds, lengths, protections and transports, compared with
/// the <see cref="Reference"/>.
/// </summary>
public sealed class NetworkFamilyTests
{
    /// <summary>The number of bytes per block in the large calls, whose elements are bytes.</summary>
    private const int Large = (1 << 20) + 3;

    public static TheoryData<int> Sizes => [1, 2, 3, 4, 7, 8];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Collectives_EveryLengthAndProtection_MatchTheReference(int size)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        foreach (var name in Names(size))
        {
            var members = await LocalCluster.OpenAllAsync(jobs, name, () => Combinations.Options(name));
            await LocalCluster.RunAsync(members, async member =>
            {
                foreach (var length in new[] { 0, 1, size - 1, size, size + 1, 10_007 }.Distinct())
                {
                    // Roots are covered pairwise, with a different root for each length.
                    await FamilyCalls.AssertAsync(member, length, [length % size]);
                }

                await FamilyCalls.AssertLargeAsync(member, Large, size / 2);
            });
            await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Returns all combinations; in the largest worlds only some of them, which cover the parameters pairwise.</summary>
    private static string[] Names(int size) => size switch
    {
        7 => ["Tcp UnsafePlaintext", "Grpc Aead"],
        8 => ["Tcp Aead", "Grpc UnsafePlaintext"],
        _ => ["Tcp UnsafePlaintext", "Tcp Aead", "Grpc UnsafePlaintext", "Grpc Aead"],
    };
}
