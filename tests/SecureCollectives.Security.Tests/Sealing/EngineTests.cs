using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class EngineTests
{
    /// <summary>That of both suites.</summary>
    private const int TagLength = 16;

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void Seal_LengthsAroundBlocks_AgreesWithAnIndependentImplementation(string name)
    {
        var random = new Random(20260727);
        using var engine = TestEngines.Create(name);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1023, 4096, 65_537, 1 << 20 })
        {
            var (key, nonce, aad, plaintext) = (Bytes(random, 32), Bytes(random, 12), Bytes(random, 32), Bytes(random, length));
            var (ciphertext, tag) = (new byte[length], new byte[TagLength]);

            engine.SetKey(key);
            engine.Seal(nonce, aad, plaintext, ciphertext, tag);

            byte[] sealedBytes = [.. ciphertext, .. tag];
            Assert.Equal(Oracle(TestEngines.Suite(name), key, nonce, aad, plaintext), sealedBytes);
            Assert.True(engine.TryOpen(nonce, aad, ciphertext, tag));
            Assert.Equal(plaintext, ciphertext);
        }
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void Seal_InPlace_GivesTheSameBytes(string name)
    {
        var random = new Random(1);
        var (key, nonce, aad, text) = (Bytes(random, 32), Bytes(random, 12), Bytes(random, 32), Bytes(random, 1000));
        var (apart, tag) = (new byte[text.Length], new byte[TagLength]);
        using var engine = TestEngines.Create(name);
        engine.SetKey(key);
        engine.Seal(nonce, aad, text, apart, tag);

        engine.Seal(nonce, aad, text, text, tag);

        Assert.Equal(apart, text);
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void TryOpen_AfterAnotherKey_ReturnsFalse(string name)
    {
        var (nonce, text, tag) = (new byte[12], new byte[100], new byte[TagLength]);
        using var engine = TestEngines.Create(name);
        engine.SetKey(new byte[32]);
        engine.Seal(nonce, [], text, text, tag);

        engine.SetKey([1, .. new byte[31]]);

        Assert.False(engine.TryOpen(nonce, [], text, tag));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_WithoutKeyOrDisposed_Throws(string name)
    {
        var engine = TestEngines.Create(name);
        Assert.Throws<ObjectDisposedException>(() => engine.Seal(new byte[12], [], [], [], new byte[16]));

        engine.SetKey(new byte[32]);
        engine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.TryOpen(new byte[12], [], [], new byte[16]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SetKey_OfAnotherLength_Throws(string name)
    {
        using var engine = TestEngines.Create(name);

        Assert.Throws<ArgumentOutOfRangeException>(() => engine.SetKey(new byte[16]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void TryOpen_AnyTagBitFlipped_ReturnsFalseAndWipesTheText(string name)
    {
        var (nonce, text, tag) = (new byte[12], new byte[1000], new byte[TagLength]);
        using var engine = TestEngines.Create(name);
        engine.SetKey(new byte[32]);
        for (var bit = 0; bit < 8 * tag.Length; bit++)
        {
            Array.Fill(text, (byte)7);
            engine.Seal(nonce, [1], text, text, tag);
            tag[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(engine.TryOpen(nonce, [1], text, tag));
            Assert.False(text.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_LengthsThatAreNotTheProtocols_Throw(string name)
    {
        using var engine = TestEngines.Create(name);
        engine.SetKey(new byte[32]);

        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[11], [], new byte[8], new byte[8], new byte[16]));
        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[12], [], new byte[8], new byte[7], new byte[16]));
        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[12], [], new byte[8], new byte[8], new byte[15]));
        Assert.ThrowsAny<ArgumentException>(() => engine.TryOpen(new byte[13], [], new byte[8], new byte[16]));
        Assert.ThrowsAny<ArgumentException>(() => engine.TryOpen(new byte[12], [], new byte[8], new byte[17]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_UnderOneKey_AllocateNothing(string name)
    {
        var (nonce, text, tag) = (new byte[12], new byte[1000], new byte[TagLength]);
        using var engine = TestEngines.Create(name);
        engine.SetKey(new byte[32]);
        Carry(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Carry(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                engine.Seal(nonce, [], text, text, tag);
                if (!engine.TryOpen(nonce, [], text, tag))
                {
                    Assert.Fail("What was sealed did not open.");
                }
            }
        }
    }

    [Fact]
    public void Create_SuiteThatDoesNotSeal_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AeadEngines.OpenSsl.Create(SuiteCode.None));

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Oracle(SuiteCode suite, byte[] key, byte[] nonce, byte[] aad, byte[] plaintext)
    {
        IAeadCipher cipher = suite == SuiteCode.Aes256Gcm ? new GcmBlockCipher(new AesEngine()) : new ChaCha20Poly1305();
        cipher.Init(forEncryption: true, new AeadParameters(new KeyParameter(key), 8 * TagLength, nonce, aad));
        var output = new byte[cipher.GetOutputSize(plaintext.Length)];
        var written = cipher.ProcessBytes(plaintext, 0, plaintext.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
