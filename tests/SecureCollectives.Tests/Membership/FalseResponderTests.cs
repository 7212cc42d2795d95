using Google.Protobuf;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// Worker.OpenLink from the initiator's side, with a peer that violates the protocol. The initiator refuses the answer, reports this and
/// does not retry.
/// </summary>
public sealed class FalseResponderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Spoils => [.. SpoilsByName.Keys];

    private static Dictionary<string, (KeyAgreement KeyAgreement, Action<OpenLinkReply> Spoil)> SpoilsByName { get; } = new()
    {
        ["no ciphertext"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.Ciphertext = ByteString.Empty),
        ["short ciphertext"] = (
            KeyAgreement.SecP256r1MLKEM768, reply => reply.Ciphertext = ByteString.CopyFrom(reply.Ciphertext.Span[1..])),
        ["long ciphertext"] = (
            KeyAgreement.SecP256r1MLKEM768, reply => reply.Ciphertext = ByteString.CopyFrom([.. reply.Ciphertext.Span, 0])),
        ["ciphertext that was not asked for"] = (KeyAgreement.P256, reply => reply.Ciphertext = ByteString.CopyFrom(new byte[1088])),
        ["public key off the curve"] = (
            KeyAgreement.SecP256r1MLKEM768, reply => reply.PublicKey = ByteString.CopyFrom([4, .. new byte[64]])),
        ["short contribution"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.Contribution = ByteString.CopyFrom(new byte[31])),
        ["short link id"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.LinkId = ByteString.CopyFrom(new byte[15])),
        ["no positions"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.Positions.Clear()),
        ["positions of two lanes"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.Positions.Add(0)),
        ["a position on a first link"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.Positions[0] = 1),
        ["no lane endpoint"] = (KeyAgreement.SecP256r1MLKEM768, reply => reply.LaneEndpoint = string.Empty),
    };

    [Theory]
    [MemberData(nameof(Spoils))]
    public async Task OpenLink_AnswerMalformed_IsRefusedByTheInitiator(string spoil)
    {
        var (keyAgreement, change) = SpoilsByName[spoil];
        await using var cluster = new LocalCluster(2);
        var joining = Task.Run(() => cluster.JoinAsync(cluster.Options(0)));
        await using var peer = await FalseResponder.JoinAsync(cluster, change).WaitAsync(Limit);
        var job = await joining.WaitAsync(Limit);

        var failure = await Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("group", new CommunicatorOptions { KeyAgreement = keyAgreement }).WaitAsync(Limit));

        Assert.Equal(MembershipError.Untrusted, failure.Error);
        Assert.Equal("Rank 1 answered OpenLink with malformed fields; it may run another version.", failure.Message);
    }
}
