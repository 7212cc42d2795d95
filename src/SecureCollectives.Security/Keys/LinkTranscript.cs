using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureCollectives.Framing;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// Everything that two workers must agree on about a link, as each of them observed it; proto/README.md, "Transcript". Its hash is the salt
/// for all of the link's keys, so workers with different views derive different keys and cannot open each other's frames.
/// </summary>
/// <remarks>
/// Wrong lengths are treated as caller errors here, because the caller validates a peer's message first: the offer and the answer through
/// <see cref="InitiatorOffer.TryRead"/> and <see cref="ResponderAnswer.TryRead"/>, the link id against
/// <see cref="LaneHello.LinkIdLength"/>.
/// </remarks>
internal sealed class LinkTranscript
{
    /// <summary>Version 4 had only AllReduce and AllGather, and shorter descriptors.</summary>
    public const byte ProtocolVersion = 5;

    /// <summary>The length of a session id, a parameter hash and a leaf hash in bytes; all are SHA-256.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    public const int MaxCommunicatorIdLength = 255;
    public const int MaxLaneCount = 256;

    /// <summary>
    /// The maximum length of a transcript in bytes: 30 length prefixes, the label, the fixed fields, both parts of ML-KEM, the longest
    /// communicator id and the positions for the maximum number of lanes add up to 7148 bytes.
    /// </summary>
    public const int MaxLength = 7148;

    private static readonly byte[] ProtocolLabel = "sc5 link"u8.ToArray();

    /// <summary>Distinguishes this protocol version's transcripts from all others. Only tests set another label.</summary>
    public ReadOnlyMemory<byte> Label { get; init; } = ProtocolLabel;

    /// <summary>Only tests set another version.</summary>
    public byte Version { get; init; } = ProtocolVersion;

    /// <summary><see cref="SuiteCode.None"/> if and only if <see cref="Protection"/> does not seal frames.</summary>
    public required SuiteCode Suite { get; init; }

    public required ProtectionCode Protection { get; init; }

    public required TransportCode Transport { get; init; }

    /// <summary>The SHA-256 of the roster bytes as served.</summary>
    public required ReadOnlyMemory<byte> SessionId { get; init => field = OfLength(value, HashLength); }

    public required ulong Epoch { get; init; }

    /// <summary>The communicator's name within the job, 1 to <see cref="MaxCommunicatorIdLength"/> bytes.</summary>
    public required ReadOnlyMemory<byte> CommunicatorId { get; init; }

    /// <summary>The SHA-256 of the communicator's group parameters.</summary>
    public required ReadOnlyMemory<byte> ParameterHash { get; init => field = OfLength(value, HashLength); }

    public required KeyAgreementCode KeyAgreement { get; init; }

    public MediumCode Medium { get; init; } = MediumCode.Network;

    /// <summary>The index of the communicator's channel that the link belongs to, from 0.</summary>
    public ushort Channel { get; init; }

    /// <summary>The link's id: random, chosen by the responder.</summary>
    public required ReadOnlyMemory<byte> LinkId { get; init => field = OfLength(value, LaneHello.LinkIdLength); }

    /// <summary>The rank in the initiator's certificate; always the lower one.</summary>
    public required uint InitiatorRank { get; init; }

    /// <summary>The rank in the responder's certificate; always the higher one.</summary>
    public required uint ResponderRank { get; init; }

    public required ushort LaneCount { get; init; }

    /// <summary>The sequence number of the first operation that the link carries.</summary>
    public required ulong Operation { get; init; }

    /// <summary><see cref="LinkCauseCode.Opening"/> if and only if <see cref="Replacement"/> is 0.</summary>
    public LinkCauseCode Cause { get; init; }

    /// <summary>
    /// The id of the first link between the two ranks in this communicator, if this link replaces it or one of its successors; empty if
    /// this link is the first.
    /// </summary>
    public ReadOnlyMemory<byte> FirstLink { get; init; }

    /// <summary>
    /// The number of this attempt to replace the first link or a successor, counted by the initiator from 1; 0 if this link is the first.
    /// </summary>
    public ulong Replacement { get; init; }

    /// <summary>The number of frames that the initiator has applied on each lane. An empty list means all zeros.</summary>
    public IReadOnlyList<ulong> InitiatorPositions { get; init; } = [];

    /// <summary>The number of frames that the responder has applied on each lane. An empty list means all zeros.</summary>
    public IReadOnlyList<ulong> ResponderPositions { get; init; } = [];

    /// <summary>The SHA-256 of the initiator's leaf certificate (DER), as presented by it and observed by the responder.</summary>
    public required ReadOnlyMemory<byte> InitiatorLeafHash { get; init => field = OfLength(value, HashLength); }

    /// <summary>The SHA-256 of the responder's leaf certificate (DER), as presented by it and observed by the initiator.</summary>
    public required ReadOnlyMemory<byte> ResponderLeafHash { get; init => field = OfLength(value, HashLength); }

    public required InitiatorOffer InitiatorOffer { get; init; }

    public required ResponderAnswer ResponderAnswer { get; init; }

    /// <summary>Writes the transcript.</summary>
    /// <param name="destination">Receives the transcript; room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">A field has a value that the protocol does not allow.</exception>
    public int Write(Span<byte> destination)
    {
        Validate();
        var writer = new TranscriptWriter(destination);
        writer.WriteBytes(Label.Span);
        writer.WriteByte(Version);
        writer.WriteByte((byte)Suite);
        writer.WriteByte((byte)Protection);
        writer.WriteByte((byte)Transport);
        writer.WriteBytes(SessionId.Span);
        writer.WriteUInt64(Epoch);
        writer.WriteBytes(CommunicatorId.Span);
        writer.WriteBytes(ParameterHash.Span);
        writer.WriteByte((byte)KeyAgreement);
        writer.WriteByte((byte)Medium);
        writer.WriteUInt16(Channel);
        writer.WriteBytes(LinkId.Span);
        writer.WriteUInt32(InitiatorRank);
        writer.WriteUInt32(ResponderRank);
        writer.WriteUInt16(LaneCount);
        writer.WriteUInt64(Operation);
        writer.WriteByte((byte)Cause);
        writer.WriteBytes(FirstLink.Span);
        writer.WriteUInt64(Replacement);
        writer.WriteUInt64s(InitiatorPositions, LaneCount);
        writer.WriteUInt64s(ResponderPositions, LaneCount);
        writer.WriteBytes(InitiatorLeafHash.Span);
        writer.WriteBytes(ResponderLeafHash.Span);
        writer.WriteBytes(InitiatorOffer.PublicKey.Span);
        writer.WriteBytes(ResponderAnswer.PublicKey.Span);
        writer.WriteBytes(InitiatorOffer.EncapsulationKey.Span);
        writer.WriteBytes(ResponderAnswer.Ciphertext.Span);
        writer.WriteBytes(InitiatorOffer.Contribution);
        writer.WriteBytes(ResponderAnswer.Contribution);
        return writer.Written;
    }

    /// <summary>Writes the transcript's SHA-256.</summary>
    public void Hash(Span<byte> destination)
    {
        Span<byte> transcript = stackalloc byte[MaxLength];
        var length = Write(transcript);
        SHA256.HashData(transcript[..length], destination);

        // The contributions in it are key material.
        CryptographicOperations.ZeroMemory(transcript);
    }

    private static ReadOnlyMemory<byte> OfLength(ReadOnlyMemory<byte> value, int length, [CallerMemberName] string field = "")
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, length, field);
        return value;
    }

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(InitiatorRank, ResponderRank);
        ArgumentOutOfRangeException.ThrowIfZero(LaneCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LaneCount, MaxLaneCount);
        ArgumentOutOfRangeException.ThrowIfZero(CommunicatorId.Length, nameof(CommunicatorId));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CommunicatorId.Length, MaxCommunicatorIdLength, nameof(CommunicatorId));
        ValidateReplacement();
        if (!Enum.IsDefined(Suite) || !Enum.IsDefined(Protection) || !Enum.IsDefined(Transport) || !Enum.IsDefined(KeyAgreement)
            || !Enum.IsDefined(Medium))
        {
            throw new ArgumentException(
                "A suite, protection, transport, key agreement or medium in the transcript has an undefined code.");
        }

        if (InitiatorOffer.KeyAgreement != KeyAgreement || ResponderAnswer.KeyAgreement != KeyAgreement)
        {
            throw new ArgumentException($"Key agreement {KeyAgreement} does not match an offer of {InitiatorOffer.KeyAgreement} "
                + $"and an answer of {ResponderAnswer.KeyAgreement}.");
        }

        if (Protection.SealsFrames != (Suite != SuiteCode.None))
        {
            throw new ArgumentException($"Protection {Protection} does not match suite {Suite}.");
        }
    }

    private void ValidateReplacement()
    {
        var replaces = Cause != LinkCauseCode.Opening;
        if (!Enum.IsDefined(Cause) || replaces != (Replacement != 0) || FirstLink.Length != (replaces ? LaneHello.LinkIdLength : 0))
        {
            throw new ArgumentException(
                $"Replacement {Replacement} because of {Cause} does not match a first link id of {FirstLink.Length} bytes.");
        }

        if ((InitiatorPositions.Count != 0 && InitiatorPositions.Count != LaneCount)
            || (ResponderPositions.Count != 0 && ResponderPositions.Count != LaneCount))
        {
            throw new ArgumentException(
                $"{InitiatorPositions.Count} and {ResponderPositions.Count} positions do not match {LaneCount} lanes.");
        }
    }
}
