using System.Security.Cryptography;
using Google.Protobuf;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// The members of the job, and the session id on which all keys depend. Every worker reads the roster from identical bytes.
/// </summary>
internal sealed class JobRoster
{
    /// <summary>The epoch of the first membership of a job.</summary>
    public const ulong FirstEpoch = 1;

    /// <summary>
    /// A member's identity takes up to 350 bytes (2048 with an <see cref="IdentityMap"/>), its endpoint up to 260, its nonce 32, and its
    /// suites up to 32.
    /// </summary>
    private const int MaxMemberBytes = 1024;

    private const int MaxMappedMemberBytes = 2560;

    private JobRoster(ulong epoch, byte[] sessionId, RosterMember[] members)
    {
        Epoch = epoch;
        SessionId = sessionId;
        Members = members;
    }

    public ulong Epoch { get; }

    /// <summary>SHA-256 of the roster's bytes as served.</summary>
    public ReadOnlyMemory<byte> SessionId { get; }

    /// <summary>The members, indexed by rank.</summary>
    public IReadOnlyList<RosterMember> Members { get; }

    /// <summary>Returns the maximum size in bytes of a message that carries the roster or the list of missing ranks.</summary>
    public static int MaxBytes(int worldSize, IdentityMap map) => (int)Math.Min(
        int.MaxValue, (worldSize + 1L) * (map == IdentityMap.Default ? MaxMemberBytes : MaxMappedMemberBytes));

    /// <summary>Returns the bytes that rank 0 serves.</summary>
    public static byte[] Write(ulong epoch, IReadOnlyList<RosterMember> members)
    {
        var roster = new Roster { Epoch = epoch };
        roster.Members.AddRange(members.Select(member => new Member
        {
            Rank = (uint)member.Id.Rank,
            Identity = member.Id.ToString(),
            Endpoint = member.EndPoint.ToString(),
            Nonce = ByteString.CopyFrom(member.Nonce.Span),
            Suites = ByteString.CopyFrom(member.Suites.Codes),
            Cores = (uint)member.Cores,
        }));
        roster.WorldSize = (uint)roster.Members.Count;
        roster.Job = JobOf(members[0].Id);
        return roster.ToByteArray();
    }

    /// <summary>
    /// Reads a roster. Accepts it only if it belongs to this job, lists every rank, and contains this worker as it announced itself. A
    /// roster that is forged or from another attempt lacks this worker's nonce.
    /// </summary>
    /// <param name="bytes">The bytes as served.</param>
    /// <param name="worldSize">The locally configured world size.</param>
    /// <param name="self">This worker as it announced itself.</param>
    /// <exception cref="MembershipException">The roster is refused; the message says why.</exception>
    public static JobRoster Read(ReadOnlyMemory<byte> bytes, int worldSize, RosterMember self)
    {
        Roster roster;
        try
        {
            roster = Roster.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Refuse("it is not a roster", exception);
        }

        if (roster.Epoch != FirstEpoch || roster.WorldSize != worldSize || roster.Members.Count != worldSize)
        {
            throw Refuse($"it is of epoch {roster.Epoch} with {roster.Members.Count} members, not of epoch {FirstEpoch} with {worldSize}");
        }

        if (roster.Job != JobOf(self.Id))
        {
            throw Refuse($"it is of job '{PrintableText.Of(roster.Job)}', not of '{JobOf(self.Id)}'");
        }

        var members = new RosterMember[worldSize];
        for (var rank = 0; rank < worldSize; rank++)
        {
            var member = roster.Members[rank];
            if (member.Rank != rank
                || self.Id.OfRank(rank) is not { } id
                || member.Identity != id.Uri
                || member.Nonce.Length != RosterMember.NonceLength
                || SuiteAnnouncement.Read(member.Suites.Span) is not { } suites)
            {
                throw Refuse($"its entry {rank} is not rank {rank} of this job");
            }

            if (!HostPort.TryParse(member.Endpoint, out var endPoint, out var fault))
            {
                throw Refuse($"the endpoint of rank {rank}, '{PrintableText.Of(member.Endpoint)}', {fault}");
            }

            members[rank] = new RosterMember(id, endPoint, member.Nonce.Memory, suites) { Cores = RosterMember.CoresOf(member.Cores) };
        }

        var mine = members[self.Id.Rank];
        if (mine.EndPoint != self.EndPoint || mine.Cores != self.Cores
            || !CryptographicOperations.FixedTimeEquals(mine.Nonce.Span, self.Nonce.Span))
        {
            throw Refuse("it does not contain this worker's own nonce, endpoint and cores");
        }

        return mine.Suites.IsSameAs(self.Suites)
            ? new JobRoster(roster.Epoch, SHA256.HashData(bytes.Span), members)
            : throw Refuse("it does not contain the suites that this worker announced");
    }

    /// <summary>Returns the roster's job name, which is empty if the members' identities contain it.</summary>
    private static string JobOf(WorkerId member) => member.Map.NamesJob ? string.Empty : member.Job;

    private static MembershipException Refuse(string reason, Exception? innerException = null) =>
        new(MembershipError.Untrusted, $"The roster that rank 0 served was refused: {reason}.", innerException);
}
