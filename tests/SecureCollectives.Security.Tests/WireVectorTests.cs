using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests;

/// <summary>Compares every step from private keys to frames with proto/vectors/wire.json.</summary>
public sealed class WireVectorTests : IDisposable
{
    private const int Links = 6;
    private const int FramesPerLink = 9;

    private readonly JsonDocument _document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("proto", "vectors", "wire.json")));

    public static TheoryData<int> EveryLink => [.. Enumerable.Range(0, Links)];

    [Fact]
    public void File_HasEveryLink() => Assert.Equal(Links, _document.RootElement.GetProperty("links").GetArrayLength());

    [Fact]
    public void File_HasEveryKeyAgreementEquallyOften()
    {
        var codes = Enumerable.Range(0, Links).Select(index => Link(index).Input.Number("keyAgreement")).Order();
        Assert.Equal(Enumerable.Repeat((int)KeyAgreementCode.P256, Links / 2)
            .Concat(Enumerable.Repeat((int)KeyAgreementCode.SecP256r1MLKEM768, Links / 2)), codes);
    }

    [Fact]
    public void File_HasEverySuite() =>
        Assert.Equal(Enum.GetValues<SuiteCode>().Select(static code => (int)code),
            Enumerable.Range(0, Links).Select(index => Link(index).Input.Number("suite")).Distinct().Order());

    [Theory]
    [MemberData(nameof(EveryLink))]
    public void TranscriptAndPrk_OfEveryLink_EqualTheVectors(int index)
    {
        var (input, output) = Link(index);
        using var initiator = Initiator(input);
        using var responder = Responder(input, initiator.Offer);
        using var offer = AgreementPair.Read(initiator.Offer);
        using var answer = AgreementPair.Read(responder.Answer);
        var transcript = Transcript(input, offer, answer);
        var bytes = new byte[LinkTranscript.MaxLength];
        var hash = new byte[LinkTranscript.HashLength];
        var prk = new byte[KeySchedule.SecretLength];

        var length = transcript.Write(bytes);
        transcript.Hash(hash);
        using var secret = initiator.DeriveSecret(answer);
        KeySchedule.DerivePrk(transcript, secret.Span, prk);

        Assert.Equal(output.Text("initiatorPublicKey"), Hex.Of(offer.PublicKey.Span));
        Assert.Equal(output.Text("responderPublicKey"), Hex.Of(answer.PublicKey.Span));
        Assert.Equal(output.Text("encapsulationKey"), Hex.Of(offer.EncapsulationKey.Span));
        Assert.Equal(output.Text("ciphertext"), Hex.Of(answer.Ciphertext.Span));

        // The initiator's secret comes from decapsulation, the responder's from encapsulation.
        Assert.Equal(output.Text("ecdhSecret") + output.Text("mlKemSecret"), Hex.Of(secret.Span));
        Assert.Equal(output.Text("ecdhSecret") + output.Text("mlKemSecret"), Hex.Of(responder.Secret));
        Assert.Equal(output.Text("transcript"), Hex.Of(bytes.AsSpan(0, length)));
        Assert.Equal(output.Text("transcriptHash"), Hex.Of(hash));
        Assert.Equal(output.Text("prk"), Hex.Of(prk));
    }

    [Theory]
    [MemberData(nameof(EveryLink))]
    public void HelloKeysChainsAndGenerations_EqualTheVectors(int index)
    {
        var (input, output) = Link(index);
        var prk = output.Bytes("prk");
        var directions = output.GetProperty("directions");
        Assert.Equal(2 * input.Number("laneCount"), directions.GetArrayLength());
        foreach (var direction in directions.EnumerateArray())
        {
            var (lane, sender, receiver) = (
                (ushort)direction.Number("lane"), (uint)direction.Number("sender"), (uint)direction.Number("receiver"));
            var secret = new byte[KeySchedule.SecretLength];
            KeySchedule.DeriveHelloKey(prk, lane, sender, receiver, secret);
            Assert.Equal(direction.Text("helloKey"), Hex.Of(secret));

            using var chain = new KeyChain(prk, lane, sender, receiver);
            KeySchedule.DeriveChain(prk, lane, sender, receiver, secret);
            Assert.Equal(3, direction.GetProperty("generations").GetArrayLength());
            foreach (var generation in direction.GetProperty("generations").EnumerateArray())
            {
                Assert.Equal(generation.Text("chain"), Hex.Of(secret));
                chain.MoveTo((ulong)generation.Number("generation"));
                if ((SuiteCode)input.Number("suite") is not SuiteCode.None and var code)
                {
                    var (key, iv) = (new byte[Suite.Of(code).KeyLength], new byte[Suite.Of(code).NonceLength]);
                    chain.Derive(key, iv);
                    Assert.Equal(generation.Text("key"), Hex.Of(key));
                    Assert.Equal(generation.Text("iv"), Hex.Of(iv));
                }

                KeySchedule.StepChain(secret);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryLink))]
    public void HellosAndAnswers_EqualTheVectors(int index)
    {
        var (input, output) = Link(index);
        using var initiator = Keys(input, "initiator");
        using var responder = Keys(input, "responder");
        Assert.Equal(input.Number("laneCount"), output.GetProperty("hellos").GetArrayLength());
        foreach (var vector in output.GetProperty("hellos").EnumerateArray())
        {
            var lane = (ushort)vector.Number("lane");
            var (hello, answer) = (new byte[LaneHello.Length], new byte[LaneHello.AnswerLength]);

            initiator.WriteHello(lane, hello);
            Assert.Equal(vector.Text("hello"), Hex.Of(hello));
            Assert.Equal(HelloStatus.Ok, responder.VerifyHello(hello, out _));
            responder.WriteAnswer(lane, hello, answer);
            Assert.Equal(vector.Text("answer"), Hex.Of(answer));
            Assert.Equal(HelloStatus.Ok, initiator.VerifyAnswer(lane, hello, answer));
        }
    }

    [Theory]
    [MemberData(nameof(EveryLink))]
    public void Frames_SealedInTurn_EqualTheVectorsAndOpen(int index)
    {
        var (input, output) = Link(index);
        TestEngines.Require((SuiteCode)input.Number("suite"));
        using var initiator = Keys(input, "initiator");
        using var responder = Keys(input, "responder");
        var frames = input.GetProperty("frames").EnumerateArray().Zip(output.GetProperty("frames").EnumerateArray()).ToList();
        Assert.Equal(FramesPerLink, frames.Count);
        foreach (var direction in frames.GroupBy(static frame => (frame.First.Number("lane"), frame.First.Number("sender"))))
        {
            var fromInitiator = direction.Key.Item2 == input.Number("initiatorRank");
            using var sealer = (fromInitiator ? initiator : responder).CreateSealer((ushort)direction.Key.Item1);
            using var opener = (fromInitiator ? responder : initiator).CreateOpener((ushort)direction.Key.Item1);
            var counter = 0;
            foreach (var (frame, expected) in direction)
            {
                for (; counter < frame.Number("counter"); counter++)
                {
                    Carry(sealer, opener, new FrameHeader(FrameKind.Data, FramePhase.AllGather, 0, 0, 0, 0, 0), [], out _);
                }

                var payload = frame.Bytes("payload");
                var header = new FrameHeader(
                    (FrameKind)frame.Number("kind"),
                    (FramePhase)frame.Number("phase"),
                    payload.Length,
                    0,
                    (ulong)frame.Number("operation"),
                    (uint)frame.Number("step"),
                    (uint)frame.Number("chunk"));
                var head = Carry(sealer, opener, header, payload, out var body);
                Assert.Equal(expected.Text("wire"), Hex.Of(head) + Hex.Of(body));
                counter++;
            }
        }
    }

    [Fact]
    public void Nonces_OfFrames_EqualTheVectors()
    {
        var checkedNonces = 0;
        for (var index = 0; index < Links; index++)
        {
            var (input, output) = Link(index);
            foreach (var (frame, expected) in input.GetProperty("frames").EnumerateArray()
                .Zip(output.GetProperty("frames").EnumerateArray()))
            {
                if (input.Number("suite") == (int)SuiteCode.None)
                {
                    continue;
                }

                var counter = (ulong)frame.Number("counter");
                using var chain = new KeyChain(
                    output.Bytes("prk"), (ushort)frame.Number("lane"), (uint)frame.Number("sender"), (uint)frame.Number("receiver"));
                for (var generation = 1UL; generation <= KeyChain.GenerationOf(counter); generation++)
                {
                    chain.MoveTo(generation);
                }

                var suite = Suite.Of((SuiteCode)input.Number("suite"));
                var (key, iv, nonce) = (new byte[suite.KeyLength], new byte[suite.NonceLength], new byte[suite.NonceLength]);
                chain.Derive(key, iv);
                ChunkNonce.Write(iv, counter, nonce);
                Assert.Equal(expected.Text("nonce"), Hex.Of(nonce));
                checkedNonces++;
            }
        }

        Assert.Equal((Links - 1) * FramesPerLink, checkedNonces);
    }

    [Fact]
    public async Task CheckScript_RunByPython_AgreesWithTheFile()
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not installed.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var script = Process.Start(new ProcessStartInfo(Python, ["-B", RepositoryRoot.PathOf("proto", "vectors", "check.py")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        try
        {
            var said = script.StandardOutput.ReadToEndAsync(limit.Token);
            var complained = script.StandardError.ReadToEndAsync(limit.Token);
            await script.WaitForExitAsync(limit.Token);

            Assert.Equal(string.Empty, await complained);
            Assert.Equal($"{Links} links and {Links * FramesPerLink} frames agree\n", await said);
            Assert.Equal(0, script.ExitCode);
        }
        finally
        {
            script.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _document.Dispose();

    private static byte[] Carry(FrameSealer sealer, FrameOpener opener, FrameHeader header, byte[] payload, out byte[] body)
    {
        var (head, staging, destination) = (
            new byte[FrameFormat.HeaderLength], new byte[payload.Length + sealer.TagLength], new byte[payload.Length]);
        body = sealer.Seal(header, payload, head, staging).ToArray();

        Assert.Equal(OpenStatus.Ok, opener.Expect(head, out _));
        var target = opener.Target(destination, staging);
        body.CopyTo(target);
        Assert.Equal(OpenStatus.Ok, opener.Open(head, target, out var opened));
        Assert.True(opened.SequenceEqual(payload));
        return head;
    }

    private (JsonElement Input, JsonElement Output) Link(int index)
    {
        var link = _document.RootElement.GetProperty("links")[index];
        return (link.GetProperty("in"), link.GetProperty("out"));
    }

    private static LinkKeys Keys(JsonElement input, string side)
    {
        using var initiator = Initiator(input);
        using var offer = AgreementPair.Read(initiator.Offer);
        using var responder = Responder(input, offer);
        using var answer = AgreementPair.Read(responder.Answer);
        return side == "initiator"
            ? LinkKeys.Derive(Transcript(input, initiator.Offer, answer), initiator)
            : LinkKeys.Derive(Transcript(input, offer, responder.Answer), responder);
    }

    private static InitiatorAgreement Initiator(JsonElement input)
    {
        var contribution = SecretBytes.CopyOf(input.Bytes("initiatorContribution"));
        return UsesMlKem(input)
            ? new InitiatorAgreement(PrivateKey(input, "initiator"), MlKem768.FromSeed(input.Bytes("mlKemSeed")), contribution)
            : new InitiatorAgreement(PrivateKey(input, "initiator"), contribution);
    }

    private static ResponderAgreement Responder(JsonElement input, InitiatorOffer offer)
    {
        using var key = PrivateKey(input, "responder");
        return ResponderAgreement.Create(
            offer, key, UsesMlKem(input) ? input.Bytes("mlKemRandomness") : [], SecretBytes.CopyOf(input.Bytes("responderContribution")));
    }

    private static bool UsesMlKem(JsonElement input) => ((KeyAgreementCode)input.Number("keyAgreement")).UsesMlKem;

    private static EphemeralKey PrivateKey(JsonElement input, string side) => new(ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = input.Bytes(side + "PrivateKey"),
    }));

    private static LinkTranscript Transcript(JsonElement input, InitiatorOffer offer, ResponderAnswer answer) => new()
    {
        Suite = (SuiteCode)input.Number("suite"),
        Protection = (ProtectionCode)input.Number("protection"),
        Transport = (TransportCode)input.Number("transport"),
        SessionId = input.Bytes("sessionId"),
        Epoch = input.GetProperty("epoch").GetUInt64(),
        CommunicatorId = input.Bytes("communicatorId"),
        ParameterHash = input.Bytes("parameterHash"),
        KeyAgreement = (KeyAgreementCode)input.Number("keyAgreement"),
        LinkId = input.Bytes("linkId"),
        InitiatorRank = (uint)input.Number("initiatorRank"),
        ResponderRank = (uint)input.Number("responderRank"),
        LaneCount = (ushort)input.Number("laneCount"),
        Operation = input.GetProperty("operation").GetUInt64(),
        Medium = (MediumCode)input.Number("medium"),
        Channel = (ushort)input.Number("channel"),
        Cause = (LinkCauseCode)input.Number("cause"),
        FirstLink = input.Bytes("firstLink"),
        Replacement = input.GetProperty("replacement").GetUInt64(),
        InitiatorPositions = [.. input.GetProperty("initiatorPositions").EnumerateArray().Select(static position => position.GetUInt64())],
        ResponderPositions = [.. input.GetProperty("responderPositions").EnumerateArray().Select(static position => position.GetUInt64())],
        InitiatorLeafHash = input.Bytes("initiatorLeafHash"),
        ResponderLeafHash = input.Bytes("responderLeafHash"),
        InitiatorOffer = offer,
        ResponderAnswer = answer,
    };
}
