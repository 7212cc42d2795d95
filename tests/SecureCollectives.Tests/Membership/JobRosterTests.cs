using System.Security.Cryptography;
using Google.Protobuf;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Tests.Membership;

/// <summary>Which rosters a worker accepts as its job's membership, and which it refuses.</summary>
public sealed class JobRosterTests
{
    private const int WorldSize = 3;
    private const int SelfRank = 1;
    private const string TrustDomain = "test.example";
    private const string JobName = "job-a";

    private static readonly RosterMember[] Members =
    [
        .. Enumerable.Range(0, WorldSize).Select(rank => new RosterMember(
            WorkerId.Create(TrustDomain, JobName, rank), new HostPort("10.0.0.1", 4000 + rank), Nonce((byte)(rank + 1)),
                SuiteAnnouncement.Read([1, 2, 3, 4])!)),
    ];

    private static readonly byte[] Good = JobRoster.Write(JobRoster.FirstEpoch, Members);

    public static TheoryData<string> Spoils => [.. SpoilsByName.Keys];

    private static Dictionary<string, Action<Roster>> SpoilsByName { get; } = new()
    {
        ["epoch 0"] = roster => roster.Epoch = 0,
        ["later epoch"] = roster => roster.Epoch = 2,
        ["world size too small"] = roster => roster.WorldSize = 2,
        ["world size huge"] = roster => roster.WorldSize = uint.MaxValue,
        ["a member too few"] = roster => roster.Members.RemoveAt(2),
        ["a member too many"] = roster => roster.Members.Add(roster.Members[2].Clone()),
        ["a member twice"] = roster => roster.Members[2] = roster.Members[0].Clone(),
        ["members out of order"] = roster => (roster.Members[0], roster.Members[2]) = (roster.Members[2], roster.Members[0]),
        ["rank and identity differ"] = roster => roster.Members[2].Rank = 7,
        ["rank beyond int"] = roster => roster.Members[2].Rank = uint.MaxValue,
        ["another trust domain"] = roster => roster.Members[2].Identity = "spiffe://other.example/job/job-a/rank/2",
        ["another job"] = roster => roster.Members[0].Identity = "spiffe://test.example/job/job-b/rank/0",
        ["another rank"] = roster => roster.Members[2].Identity = "spiffe://test.example/job/job-a/rank/3",
        ["another spelling"] = roster => roster.Members[2].Identity = "spiffe://test.example/job/job-a/rank/02",
        ["no identity"] = roster => roster.Members[2].Identity = string.Empty,
        ["no endpoint"] = roster => roster.Members[2].Endpoint = string.Empty,
        ["endpoint without port"] = roster => roster.Members[2].Endpoint = "10.0.0.1",
        ["short nonce"] = roster => roster.Members[2].Nonce = ByteString.CopyFrom(new byte[31]),
        ["long nonce"] = roster => roster.Members[2].Nonce = ByteString.CopyFrom(new byte[33]),
        ["own nonce changed by a bit"] = roster =>
            roster.Members[SelfRank].Nonce = ByteString.CopyFrom(FlipBit(Members[SelfRank].Nonce.ToArray(), 255)),
        ["own nonce of another attempt"] = roster =>
            roster.Members[SelfRank].Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)),
        ["own host changed"] = roster => roster.Members[SelfRank].Endpoint = "10.0.0.2:4001",
        ["own port changed"] = roster => roster.Members[SelfRank].Endpoint = "10.0.0.1:4002",
        ["no suites"] = roster => roster.Members[2].Suites = ByteString.Empty,
        ["suites out of order"] = roster => roster.Members[2].Suites = ByteString.CopyFrom(1, 3, 2),
        ["a suite twice"] = roster => roster.Members[2].Suites = ByteString.CopyFrom(1, 2, 2),
        ["a suite that is none"] = roster => roster.Members[2].Suites = ByteString.CopyFrom(0, 1, 2),
        ["too many suites"] = roster =>
            roster.Members[2].Suites = ByteString.CopyFrom([.. Enumerable.Range(1, 33).Select(code => (byte)code)]),
        ["own suites without the fastest"] = roster => roster.Members[SelfRank].Suites = ByteString.CopyFrom(1, 2, 4),
        ["own suites without the last"] = roster => roster.Members[SelfRank].Suites = ByteString.CopyFrom(1, 2, 3),
        ["own suites and one more"] = roster => roster.Members[SelfRank].Suites = ByteString.CopyFrom(1, 2, 3, 4, 5),
        ["own suites, another"] = roster => roster.Members[SelfRank].Suites = ByteString.CopyFrom(1, 2, 3, 5),
        ["own cores changed"] = roster => roster.Members[SelfRank].Cores = 2,
        ["a job beside identities that name it"] = roster => roster.Job = JobName,
        ["own identity changed"] = roster => roster.Members[SelfRank].Identity = "spiffe://test.example/job/job-a/rank/2",
    };

    [Fact]
    public void Read_WrittenRoster_IsTheSameForEveryMember()
    {
        foreach (var self in Members)
        {
            var roster = JobRoster.Read(Good, WorldSize, self);
            Assert.Equal(JobRoster.FirstEpoch, roster.Epoch);
            Assert.Equal(SHA256.HashData(Good), roster.SessionId.ToArray());
            Assert.Equal(Members.Select(member => (member.Id, member.EndPoint)),
                roster.Members.Select(member => (member.Id, member.EndPoint)));
            Assert.All(Members, member => Assert.True(member.IsSameWorkerAs(roster.Members[member.Id.Rank])));
        }
    }

    [Theory]
    [MemberData(nameof(Spoils))]
    public void Read_Falsified_IsRefused(string spoil)
    {
        var roster = Roster.Parser.ParseFrom(Good);
        SpoilsByName[spoil](roster);
        var failure = Assert.Throws<MembershipException>(() => JobRoster.Read(roster.ToByteArray(), WorldSize, Members[SelfRank]));
        Assert.Equal(MembershipError.Untrusted, failure.Error);
        Assert.StartsWith("The roster that rank 0 served was refused: ", failure.Message);
    }

    [Theory]
    [InlineData("0.0.0.0:4002", "is the unspecified address, to which nobody can connect")]
    [InlineData("[::]:4002", "is the unspecified address, to which nobody can connect")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:4002", "has a label of 64 characters")]
    public void Read_EndpointNobodyCanConnectTo_NamesRankAndReason(string endpoint, string words)
    {
        var roster = Roster.Parser.ParseFrom(Good);
        roster.Members[2].Endpoint = endpoint;
        var failure = Assert.Throws<MembershipException>(() => JobRoster.Read(roster.ToByteArray(), WorldSize, Members[SelfRank]));
        Assert.Contains($"the endpoint of rank 2, '{endpoint}', {words}", failure.Message);
    }

    /// <summary>Two jobs with the same identities: each refuses the other's roster, and the two rosters give different sessions.</summary>
    [Fact]
    public void Read_IdentitiesNameNoJob_IsOfTheJobInTheRosterAlone()
    {
        var (mine, theirs) = (Pool("job-a"), Pool("job-b"));
        var (good, other) = (JobRoster.Write(JobRoster.FirstEpoch, mine), JobRoster.Write(JobRoster.FirstEpoch, theirs));

        Assert.Equal(mine.Select(member => member.Id.Uri), theirs.Select(member => member.Id.Uri));
        Assert.NotEqual(
            JobRoster.Read(good, WorldSize, mine[SelfRank]).SessionId.ToArray(),
            JobRoster.Read(other, WorldSize, theirs[SelfRank]).SessionId.ToArray());
        Assert.Contains("it is of job 'job-b', not of 'job-a'",
            Assert.Throws<MembershipException>(() => JobRoster.Read(other, WorldSize, mine[SelfRank])).Message);
        var nameless = Roster.Parser.ParseFrom(good);
        nameless.Job = string.Empty;
        Assert.Throws<MembershipException>(() => JobRoster.Read(nameless.ToByteArray(), WorldSize, mine[SelfRank]));

        static RosterMember[] Pool(string job)
        {
            var map = TemplateIdentities.Parse("spiffe://test.example/pool/{rank}", job);
            return [.. Members.Select(member => member with { Id = map.Create(TrustDomain, job, member.Id.Rank) })];
        }
    }

    [Fact]
    public void Read_LocalWorldSizeDiffers_IsRefused()
    {
        Assert.Throws<MembershipException>(() => JobRoster.Read(Good, WorldSize - 1, Members[SelfRank]));
        Assert.Throws<MembershipException>(() => JobRoster.Read(Good, WorldSize + 1, Members[SelfRank]));
    }

    /// <summary>
    /// A roster with any single bit flipped is refused, or is accepted under another session id, so that its worker cannot talk to one that
    /// received the true bytes. Reading never throws anything but a refusal.
    /// </summary>
    [Fact]
    public void Read_AnyBitFlipped_IsRefusedOrAnotherSession()
    {
        var accepted = 0;
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            if (TryRead(FlipBit([.. Good], bit)) is { } roster)
            {
                Assert.NotEqual(SHA256.HashData(Good), roster.SessionId.ToArray());
                accepted++;
            }
        }

        // This worker cannot verify other members' nonces, endpoints and suites: 2 x 32 bytes, a few bits of two endpoints, and codes that
        // stay in order.
        Assert.InRange(accepted, 2 * 32 * 8, 2 * 49 * 8);
    }

    [Fact]
    public void Read_Truncated_IsRefused()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.Null(TryRead(Good[..length]));
        }
    }

    [Fact]
    public void Read_RandomBytes_AreRefused()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Assert.Null(TryRead(bytes));
        }
    }

    /// <summary>Spliced pieces of a good roster parse far more often than random bytes.</summary>
    [Fact]
    public void Read_Spliced_IsNeverAcceptedAsTheSameSession()
    {
        var random = new Random(20260102);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. Good[..random.Next(Good.Length)], .. Good[random.Next(Good.Length)..]];
            if (!bytes.AsSpan().SequenceEqual(Good) && TryRead(bytes) is { } roster)
            {
                Assert.NotEqual(SHA256.HashData(Good), roster.SessionId.ToArray());
            }
        }
    }

    private static JobRoster? TryRead(byte[] bytes)
    {
        try
        {
            return JobRoster.Read(bytes, WorldSize, Members[SelfRank]);
        }
        catch (MembershipException exception)
        {
            Assert.Equal(MembershipError.Untrusted, exception.Error);
            return null;
        }
    }

    private static byte[] FlipBit(byte[] bytes, int bit)
    {
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return bytes;
    }

    private static byte[] Nonce(byte value) => [.. Enumerable.Repeat(value, RosterMember.NonceLength)];
}
