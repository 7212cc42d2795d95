using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Tests ML-KEM-768 against published vectors: every test of each file, valid or not.</summary>
public sealed class WycheproofMlKemTests
{
    [Fact]
    public void KeyGeneration_EveryVector_Agrees()
    {
        var valid = 0;
        foreach (var (_, test) in Wycheproof.Read("mlkem_768_keygen_seed_test.json", 100))
        {
            Assert.True(Wycheproof.IsValid(test));
            using var key = MlKem768.FromSeed(test.Bytes("seed"));
            Assert.Equal(test.Text("ek"), Hex.Of(key.EncapsulationKey.Span));
            valid++;
        }

        Assert.Equal(100, valid);
    }

    /// <summary>Keys of a wrong length, and keys with a coefficient that is not reduced, are refused.</summary>
    [Fact]
    public void Encapsulation_EveryVector_AgreesOrIsRefused()
    {
        var (valid, invalid, overflows) = (0, 0, 0);
        var (ciphertext, secret) = (new byte[MlKem768.CiphertextLength], new byte[MlKem768.SecretLength]);
        foreach (var (_, test) in Wycheproof.Read("mlkem_768_encaps_test.json", 265))
        {
            var (key, randomness) = (test.Bytes("ek"), test.Bytes("m"));
            var isValid = Wycheproof.IsValid(test);
            Assert.Equal(isValid, MlKem768.IsEncapsulationKey(key));
            Assert.Equal(isValid, InitiatorOffer.TryRead(SomePoint, key, new byte[KeySchedule.ContributionLength], out _));
            if (isValid)
            {
                MlKem768.Encapsulate(key, randomness, ciphertext, secret);
                Assert.Equal(test.Text("c"), Hex.Of(ciphertext));
                Assert.Equal(test.Text("K"), Hex.Of(secret));
                valid++;
            }
            else
            {
                Assert.Throws<ArgumentException>(() => MlKem768.Encapsulate(key, randomness, ciphertext, secret));
                invalid++;
                overflows += key.Length == MlKem768.EncapsulationKeyLength ? 1 : 0;
            }
        }

        Assert.Equal((133, 132, 112), (valid, invalid, overflows));
    }

    /// <summary>
    /// The valid tests include ciphertexts that belong to no key, which give the secret of implicit rejection. Seeds and ciphertexts of a
    /// wrong length are refused.
    /// </summary>
    [Fact]
    public void Decapsulation_EveryVector_AgreesOrIsRefused()
    {
        var (valid, badSeeds, badCiphertexts) = (0, 0, 0);
        var secret = new byte[MlKem768.SecretLength];
        foreach (var (_, test) in Wycheproof.Read("mlkem_768_test.json", 193))
        {
            var (seed, ciphertext) = (test.Bytes("seed"), test.Bytes("c"));
            if (Wycheproof.IsValid(test))
            {
                using var key = MlKem768.FromSeed(seed);
                key.Decapsulate(ciphertext, secret);
                Assert.Equal(test.Text("ek"), Hex.Of(key.EncapsulationKey.Span));
                Assert.Equal(test.Text("K"), Hex.Of(secret));
                valid++;
            }
            else if (seed.Length != MlKem768.SeedLength)
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => MlKem768.FromSeed(seed));
                badSeeds++;
            }
            else
            {
                using var key = MlKem768.FromSeed(seed);
                Assert.Throws<ArgumentOutOfRangeException>(() => key.Decapsulate(ciphertext, secret));
                Assert.False(ResponderAnswer.TryRead(
                    KeyAgreementCode.SecP256r1MLKEM768, SomePoint, ciphertext, new byte[KeySchedule.ContributionLength], out _));
                badCiphertexts++;
            }
        }

        Assert.Equal((153, 20, 20), (valid, badSeeds, badCiphertexts));
    }

    private static byte[] SomePoint { get; } = MakePoint();

    private static byte[] MakePoint()
    {
        using var key = EphemeralKey.Create();
        return key.PublicKey.ToArray();
    }
}
