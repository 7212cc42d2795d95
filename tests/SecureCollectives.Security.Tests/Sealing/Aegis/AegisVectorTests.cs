using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>Tests the engines against published vectors.</summary>
public sealed class AegisVectorTests
{
    [Theory]
    [InlineData(TestEngines.Aegis128L, 128)]
    [InlineData(TestEngines.Aegis256, 256)]
    public void Engine_EveryVectorOfTheDraft_Agrees(string name, int variant)
    {
        var (valid, invalid) = (0, 0);
        using var engine = TestEngines.Create(name);
        foreach (var entry in AegisVectors.Read(variant).Where(static entry => entry.TryGetProperty("key", out _)))
        {
            var (nonce, aad) = (entry.Bytes("nonce"), entry.Bytes("ad"));
            byte[] sealedBytes = [.. entry.Bytes("ct"), .. entry.Bytes("tag256")];
            engine.SetKey(entry.Bytes("key"));
            if (entry.TryGetProperty("error", out _))
            {
                Assert.False(engine.TryOpen(nonce, aad, sealedBytes, new byte[sealedBytes.Length]), entry.Text("name"));
                Assert.False(engine.TryOpen(nonce, aad, sealedBytes), entry.Text("name"));
                invalid++;
                continue;
            }

            AssertSealsAndOpens(engine, nonce, aad, entry.Bytes("msg"), sealedBytes);
            valid++;
        }

        Assert.Equal((5, 4), (valid, invalid));
    }

    /// <summary>
    /// These tags have 128 bits, so only ciphertexts can be compared. Vectors with a modified tag therefore work as well as the others.
    /// </summary>
    [Theory]
    [InlineData(TestEngines.Aegis128L, 128, "aegis128L_test.json", 479, 475)]
    [InlineData(TestEngines.Aegis256, 256, "aegis256_test.json", 472, 468)]
    public void Engine_EveryCiphertextOfWycheproof_Agrees(string name, int variant, string file, int count, int expected)
    {
        var compared = 0;
        using var engine = TestEngines.Create(name);
        foreach (var (_, test) in Wycheproof.Read(file, count).Where(static entry => !Wycheproof.HasFlag(entry.Test, "OldVersion")))
        {
            var (key, nonce, aad, message) = (test.Bytes("key"), test.Bytes("iv"), test.Bytes("aad"), test.Bytes("msg"));
            var sealedBytes = ReferenceAegis.Seal(variant, key, nonce, aad, message);
            Assert.StartsWith(test.Text("ct"), Hex.Of(sealedBytes));
            engine.SetKey(key);
            AssertSealsAndOpens(engine, nonce, aad, message, sealedBytes);
            compared++;
        }

        Assert.Equal(expected, compared);
    }

    private static void AssertSealsAndOpens(AeadEngine engine, byte[] nonce, byte[] aad, byte[] message, byte[] expected)
    {
        var sealedBytes = new byte[expected.Length];
        engine.Seal(nonce, aad, message, sealedBytes);
        Assert.Equal(Hex.Of(expected), Hex.Of(sealedBytes));

        var target = new byte[expected.Length];
        Assert.True(engine.TryOpen(nonce, aad, sealedBytes, target));
        Assert.Equal(message, target[..message.Length]);
        Assert.True(engine.TryOpen(nonce, aad, sealedBytes));
        Assert.Equal(message, sealedBytes[..message.Length]);
    }
}
