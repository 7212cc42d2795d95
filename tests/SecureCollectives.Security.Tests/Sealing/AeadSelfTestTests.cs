using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class AeadSelfTestTests
{
    [Fact]
    public void Digest_ByAnIndependentImplementation_IsTheSame()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var length in AeadSelfTest.Lengths)
        {
            var (nonce, plaintext) = (new byte[Suite.Aes256Gcm.NonceLength], new byte[length]);
            AeadSelfTest.Fill(nonce, length);
            AeadSelfTest.Fill(plaintext, length);
            var cipher = new GcmBlockCipher(new AesEngine());
            cipher.Init(
                forEncryption: true,
                new AeadParameters(new KeyParameter(AeadSelfTest.Key.ToArray()), 8 * Suite.Aes256Gcm.TagLength, nonce, plaintext[..AeadSelfTest.AssociatedDataLength(length)]));
            var output = new byte[cipher.GetOutputSize(length)];
            cipher.DoFinal(output, cipher.ProcessBytes(plaintext, 0, length, output, 0));
            digest.AppendData(output);
        }

        Assert.Equal(Hex.Of(AeadSelfTest.Digest), Hex.Of(digest.GetHashAndReset()));
    }

    [Fact]
    public void Lengths_All_CoverBlocksStridesAndTheLongestFrame()
    {
        var lengths = AeadSelfTest.Lengths.ToHashSet();

        Assert.Superset(new HashSet<int> { 0, 1, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 257, 4095, 4096, 4097, 65535, 65536, 65537, FrameFormat.MaxPayloadLength }, lengths);
        Assert.Equal(FrameFormat.MaxPayloadLength, lengths.Max());
    }

    [Theory]
    [InlineData(TestEngines.OpenSsl)]
    [InlineData(TestEngines.IpsecMb)]
    public void Passes_AesEngine_ReturnsTrue(string name)
    {
        using var engine = TestEngines.Create(name);

        Assert.True(AeadSelfTest.Passes(engine));
    }

    [Fact]
    public void Passes_AnotherCipher_ReturnsFalse()
    {
        using var engine = new ChaCha20Poly1305Engine();

        Assert.False(AeadSelfTest.Passes(engine));
    }

    [Theory]
    [InlineData((int)Defect.None, 0, true)]
    [InlineData((int)Defect.WrongTag, 0, false)]
    [InlineData((int)Defect.WrongTag, 257, false)]
    [InlineData((int)Defect.WrongCiphertext, 17, false)]
    [InlineData((int)Defect.WrongCiphertext, FrameFormat.MaxPayloadLength, false)]
    [InlineData((int)Defect.AcceptsAnyTag, 256, false)]
    [InlineData((int)Defect.RefusesAGoodTag, 4097, false)]
    [InlineData((int)Defect.DoesNotWipe, 16, false)]
    public void Passes_EngineWithADefectAtOneLength_ReturnsFalse(int defect, int length, bool passes)
    {
        using var engine = new DefectiveEngine((Defect)defect, length);

        Assert.Equal(passes, AeadSelfTest.Passes(engine));
    }
}
