using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Tests what an eavesdropper on the wire can read from a run with a known payload.</summary>
public sealed partial class WiretapTests
{
    private const int Size = 2;
    private const int Elements = 20_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> All => [.. Combinations.NamesOverNetwork];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Recording_KnownPayload_IsFoundOnlyInPlaintext(string combination)
    {
        await using var proxy = new RecordingProxy();
        await using var cluster = new LocalCluster(Size);
        var controlPort = cluster.ReservePort();
        proxy.Listen(cluster.MasterPort);
        proxy.Listen(controlPort);
        var jobs = await Task.WhenAll(Enumerable.Range(0, Size).Select(rank => Task.Run(() =>
        {
            var options = cluster.Options(rank);
            options.AdvertisedAddress = RecordingProxy.Address;
            options.BindAddress = "127.0.0.1";
            options.Port = rank == 0 ? 0 : controlPort;
            return cluster.JoinAsync(options);
        }))).WaitAsync(Limit);

        // Rank 0 connects, and retries until the proxy listens at the lane port that rank 1 has chosen.
        var opening = LocalCluster.OpenAllAsync(jobs, "tapped", () => Combinations.Options(combination));
        await cluster.Logs.WaitForAsync(LanesOfRankOne().IsMatch);
        var lanes = cluster.Logs.Logger.Entries.Select(entry => LanesOfRankOne().Match(entry.Message)).First(match => match.Success);
        proxy.Listen(int.Parse(lanes.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        var members = await opening;

        var shards = Enumerable.Range(0, Size)
            .Select(_ => MemoryMarshal.Cast<byte, int>(RandomNumberGenerator.GetBytes(Elements * sizeof(int))).ToArray()).ToArray();
        await LocalCluster.RunAsync(members, async member =>
        {
            var all = new int[Size * Elements];
            await member.AllGatherAsync<int>(shards[member.Rank], all);
            Assert.Equal(shards.SelectMany(shard => shard), all);
        });
        await Task.WhenAll(jobs.Select(job => job.DisposeAsync().AsTask())).WaitAsync(Limit);
        await proxy.StopAsync();

        // Searches for 16 bytes at nine places in a shard: no match is accidental, and chunk or record boundaries cannot fall on all of
        // them.
        var found = shards.Count(shard => Enumerable.Range(1, 9).Any(tenth =>
            proxy.Contains(MemoryMarshal.AsBytes(shard.AsSpan(tenth * Elements / 10, 4)))));
        Assert.True(proxy.Length > Size * Elements * sizeof(int), $"Only {proxy.Length} bytes passed the recorder.");
        Assert.Equal(combination.EndsWith(nameof(Protection.UnsafePlaintext), StringComparison.Ordinal) ? Size : 0, found);
    }

    [GeneratedRegex(@"/rank/1 accepts lanes over .* at port (\d+)\.$")]
    private static partial Regex LanesOfRankOne();
}
