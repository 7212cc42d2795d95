using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Sealing.Aegis;

namespace SecureCollectives.Security.Tests.Sealing;

public sealed class EngineTests
{
    private const int Length = 1000;

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void Seal_LengthsAroundBlocks_AgreesWithAnIndependentImplementation(string name)
    {
        var random = new Random(20260727);
        using var engine = TestEngines.Create(name);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1023, 4096, 65_537, 1 << 20 })
        {
            var (key, nonce, aad, plaintext) = (
                Bytes(random, engine.Suite.KeyLength), Bytes(random, engine.Suite.NonceLength), Bytes(random, 32), Bytes(random, length));
            var (sealedBytes, target) = (new byte[length + engine.Suite.TagLength], new byte[length + engine.Suite.TagLength]);

            engine.SetKey(key);
            engine.Seal(nonce, aad, plaintext, sealedBytes);

            Assert.Equal(Oracle(engine.Suite, key, nonce, aad, plaintext), sealedBytes);
            Assert.True(engine.TryOpen(nonce, aad, sealedBytes, target));
            Assert.Equal(plaintext, target[..length]);
            Assert.True(engine.TryOpen(nonce, aad, sealedBytes));
            Assert.Equal(plaintext, sealedBytes[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void Seal_InPlace_GivesTheSameBytes(string name)
    {
        var random = new Random(1);
        using var engine = TestEngines.Create(name);
        var (nonce, aad, sealedBytes) = (
            Bytes(random, engine.Suite.NonceLength), Bytes(random, 32), Bytes(random, Length + engine.Suite.TagLength));
        var apart = new byte[sealedBytes.Length];
        engine.SetKey(Bytes(random, engine.Suite.KeyLength));
        engine.Seal(nonce, aad, sealedBytes.AsSpan(0, Length), apart);

        engine.Seal(nonce, aad, sealedBytes.AsSpan(0, Length), sealedBytes);

        Assert.Equal(apart, sealedBytes);
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void TryOpen_AfterAnotherKey_ReturnsFalse(string name)
    {
        using var engine = TestEngines.Create(name);
        var (key, nonce, sealedBytes) = (
            new byte[engine.Suite.KeyLength], new byte[engine.Suite.NonceLength], new byte[100 + engine.Suite.TagLength]);
        engine.SetKey(key);
        engine.Seal(nonce, [], sealedBytes.AsSpan(0, 100), sealedBytes);
        key[0] = 1;

        engine.SetKey(key);

        Assert.False(engine.TryOpen(nonce, [], sealedBytes));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_WithoutKeyOrDisposed_Throws(string name)
    {
        var engine = TestEngines.Create(name);
        var (nonce, tag) = (new byte[engine.Suite.NonceLength], new byte[engine.Suite.TagLength]);
        Assert.Throws<ObjectDisposedException>(() => engine.Seal(nonce, [], [], tag));

        engine.SetKey(new byte[engine.Suite.KeyLength]);
        engine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.TryOpen(nonce, [], tag));
        Assert.Throws<ObjectDisposedException>(() => engine.TryOpen(nonce, [], tag, new byte[tag.Length]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SetKey_OfAnotherLength_Throws(string name)
    {
        using var engine = TestEngines.Create(name);

        Assert.Throws<ArgumentOutOfRangeException>(() => engine.SetKey(new byte[engine.Suite.KeyLength - 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.SetKey(new byte[engine.Suite.KeyLength + 1]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void TryOpen_AnyTagBitFlipped_ReturnsFalseAndWipesTheText(string name)
    {
        using var engine = TestEngines.Create(name);
        var (nonce, sealedBytes, target) = (
            new byte[engine.Suite.NonceLength], new byte[Length + engine.Suite.TagLength], new byte[Length + engine.Suite.TagLength]);
        engine.SetKey(new byte[engine.Suite.KeyLength]);
        for (var bit = 0; bit < 8 * engine.Suite.TagLength; bit++)
        {
            Array.Fill(sealedBytes, (byte)7);
            engine.Seal(nonce, [1], sealedBytes.AsSpan(0, Length), sealedBytes);
            sealedBytes[Length + (bit / 8)] ^= (byte)(1 << (bit % 8));

            Assert.False(engine.TryOpen(nonce, [1], sealedBytes, target));
            Assert.False(target.AsSpan(0, Length).ContainsAnyExcept((byte)0));
            Assert.False(engine.TryOpen(nonce, [1], sealedBytes));
            Assert.False(sealedBytes.AsSpan(0, Length).ContainsAnyExcept((byte)0));
        }
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_LengthsOutsideTheProtocol_Throw(string name)
    {
        using var engine = TestEngines.Create(name);
        var (nonce, tag) = (engine.Suite.NonceLength, engine.Suite.TagLength);
        engine.SetKey(new byte[engine.Suite.KeyLength]);

        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[nonce - 1], [], new byte[8], new byte[8 + tag]));
        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[nonce], [], new byte[8], new byte[7 + tag]));
        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[nonce], [], new byte[8], new byte[9 + tag]));
        Assert.ThrowsAny<ArgumentException>(() => engine.Seal(new byte[nonce], [], new byte[8], new byte[7]));
        Assert.ThrowsAny<ArgumentException>(() => engine.TryOpen(new byte[nonce + 1], [], new byte[8 + tag]));
        Assert.ThrowsAny<ArgumentException>(() => engine.TryOpen(new byte[nonce], [], new byte[tag - 1]));
        Assert.ThrowsAny<ArgumentException>(() => engine.TryOpen(new byte[nonce], [], new byte[tag - 1], new byte[tag - 1]));
    }

    [Theory]
    [MemberData(nameof(TestEngines.All), MemberType = typeof(TestEngines))]
    public void SealAndOpen_UnderOneKey_AllocateNothing(string name)
    {
        using var engine = TestEngines.Create(name);
        var (nonce, sealedBytes, target) = (
            new byte[engine.Suite.NonceLength], new byte[Length + engine.Suite.TagLength], new byte[Length + engine.Suite.TagLength]);
        engine.SetKey(new byte[engine.Suite.KeyLength]);
        Carry(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Carry(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                engine.Seal(nonce, [], sealedBytes.AsSpan(0, Length), sealedBytes);
                if (!engine.TryOpen(nonce, [], sealedBytes, target) || !engine.TryOpen(nonce, [], sealedBytes))
                {
                    Assert.Fail("The sealed text did not open.");
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

    private static byte[] Oracle(Suite suite, byte[] key, byte[] nonce, byte[] aad, byte[] plaintext)
    {
        if (suite.Code is SuiteCode.Aegis128L or SuiteCode.Aegis256)
        {
            return ReferenceAegis.Seal(suite.Code == SuiteCode.Aegis128L ? 128 : 256, key, nonce, aad, plaintext);
        }

        IAeadCipher cipher = suite.Code == SuiteCode.Aes256Gcm ? new GcmBlockCipher(new AesEngine()) : new ChaCha20Poly1305();
        cipher.Init(forEncryption: true, new AeadParameters(new KeyParameter(key), 8 * suite.TagLength, nonce, aad));
        var output = new byte[cipher.GetOutputSize(plaintext.Length)];
        var written = cipher.ProcessBytes(plaintext, 0, plaintext.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
