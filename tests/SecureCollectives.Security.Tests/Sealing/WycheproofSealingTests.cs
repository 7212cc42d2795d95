namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>Tests the engines against the published vectors that have the key, nonce and tag lengths of the suite.</summary>
public sealed class WycheproofSealingTests
{
    [Theory]
    [InlineData(TestEngines.OpenSsl, "aes_gcm_test.json", 316, 39, 27)]
    [InlineData(TestEngines.IpsecMb, "aes_gcm_test.json", 316, 39, 27)]
    [InlineData(TestEngines.IpsecMbWithoutVaes, "aes_gcm_test.json", 316, 39, 27)]
    [InlineData(TestEngines.ChaCha20Poly1305, "chacha20_poly1305_test.json", 325, 256, 60)]
    public void Engine_EveryVector_Agrees(string name, string file, int count, int expectedValid, int expectedInvalid)
    {
        var (valid, invalid) = (0, 0);
        using var engine = TestEngines.Create(name);
        foreach (var (group, test) in Wycheproof.Read(file, count))
        {
            if (group.Number("ivSize") != 8 * engine.Suite.NonceLength || group.Number("tagSize") != 8 * engine.Suite.TagLength
                || group.Number("keySize") != 8 * engine.Suite.KeyLength)
            {
                continue;
            }

            var (nonce, aad, message) = (test.Bytes("iv"), test.Bytes("aad"), test.Bytes("msg"));
            byte[] sealedBytes = [.. test.Bytes("ct"), .. test.Bytes("tag")];
            engine.SetKey(test.Bytes("key"));
            if (!Wycheproof.IsValid(test))
            {
                Assert.False(engine.TryOpen(nonce, aad, sealedBytes), $"tcId {test.Number("tcId")}");
                invalid++;
                continue;
            }

            var output = new byte[sealedBytes.Length];
            engine.Seal(nonce, aad, message, output);
            Assert.Equal(Hex.Of(sealedBytes), Hex.Of(output));
            Assert.True(engine.TryOpen(nonce, aad, sealedBytes));
            Assert.Equal(message, sealedBytes[..message.Length]);
            valid++;
        }

        Assert.Equal((expectedValid, expectedInvalid), (valid, invalid));
    }
}
