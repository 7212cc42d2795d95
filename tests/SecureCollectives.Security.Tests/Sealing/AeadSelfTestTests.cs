using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Sealing.Aegis;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class AeadSelfTestTests
{
    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.Aegis128L)]
    [InlineData((byte)SuiteCode.Aegis256)]
    public void Digest_ByAnIndependentImplementation_IsTheSame(byte code)
    {
        var suite = Suite.Of((SuiteCode)code);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var length in AeadSelfTest.Lengths)
        {
            var (nonce, plaintext) = (new byte[suite.NonceLength], new byte[length]);
            AeadSelfTest.Fill(nonce, length);
            AeadSelfTest.Fill(plaintext, length);
            digest.AppendData(Seal(
                suite, AeadSelfTest.Key(suite).ToArray(), nonce, plaintext[..AeadSelfTest.AssociatedDataLength(length)], plaintext));
        }

        Assert.Equal(Hex.Of(AeadSelfTest.Digest(suite.Code)), Hex.Of(digest.GetHashAndReset()));
    }

    [Fact]
    public void Lengths_All_CoverBlocksStridesAndTheLongestFrame()
    {
        var lengths = AeadSelfTest.Lengths.ToHashSet();

        Assert.Superset(new HashSet<int> { 0, 1, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 257, 4095, 4096, 4097, 65535, 65536,
            65537, FrameFormat.MaxPayloadLength }, lengths);
        Assert.Equal(FrameFormat.MaxPayloadLength, lengths.Max());
    }

    [Theory]
    [InlineData(TestEngines.OpenSsl)]
    [InlineData(TestEngines.IpsecMb)]
    [InlineData(TestEngines.Aegis128L)]
    [InlineData(TestEngines.Aegis256)]
    public void Passes_GoodEngine_ReturnsTrue(string name)
    {
        using var engine = TestEngines.Create(name);

        Assert.True(AeadSelfTest.Passes(engine));
    }

    [Fact]
    public void Passes_AnotherCipher_ReturnsFalse()
    {
        using var engine = new HashEngine(Suite.Aes256Gcm);

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
    [InlineData((int)Defect.AcceptsAnyTagApart, 255, false)]
    [InlineData((int)Defect.RefusesAGoodTagApart, 4095, false)]
    [InlineData((int)Defect.DoesNotWipeApart, 33, false)]
    public void Passes_EngineWithADefectAtOneLength_ReturnsFalse(int defect, int length, bool passes)
    {
        using var engine = new DefectiveEngine((Defect)defect, length);

        Assert.Equal(passes, AeadSelfTest.Passes(engine));
    }

    private static byte[] Seal(Suite suite, byte[] key, byte[] nonce, byte[] associatedData, byte[] plaintext)
    {
        if (suite.Code != SuiteCode.Aes256Gcm)
        {
            return ReferenceAegis.Seal(suite.Code == SuiteCode.Aegis128L ? 128 : 256, key, nonce, associatedData, plaintext);
        }

        var cipher = new GcmBlockCipher(new AesEngine());
        cipher.Init(forEncryption: true, new AeadParameters(new KeyParameter(key), 8 * suite.TagLength, nonce, associatedData));
        var output = new byte[cipher.GetOutputSize(plaintext.Length)];
        cipher.DoFinal(output, cipher.ProcessBytes(plaintext, 0, plaintext.Length, output, 0));
        return output;
    }
}
