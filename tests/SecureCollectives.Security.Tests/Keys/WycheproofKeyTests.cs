using System.Security.Cryptography;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Tests the .NET functions that the key schedule and the hello depend on against published vectors.</summary>
public sealed class WycheproofKeyTests
{
    [Fact]
    public void Hkdf_EveryVector_Agrees()
    {
        var (valid, invalid) = (0, 0);
        foreach (var (_, test) in Wycheproof.Read("hkdf_sha256_test.json", 86))
        {
            var output = new byte[test.Number("size")];
            if (Wycheproof.IsValid(test))
            {
                var prk = HKDF.Extract(HashAlgorithmName.SHA256, test.Bytes("ikm"), test.Bytes("salt"));
                HKDF.Expand(HashAlgorithmName.SHA256, prk, output, test.Bytes("info"));
                Assert.Equal(test.Text("okm"), Hex.Of(output));
                valid++;
            }
            else
            {
                Assert.ThrowsAny<ArgumentException>(
                    () => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Bytes("ikm"), output, test.Bytes("salt"), test.Bytes("info")));
                invalid++;
            }
        }

        Assert.Equal((83, 3), (valid, invalid));
    }

    [Fact]
    public void Hmac_EveryVector_Agrees()
    {
        var (valid, invalid) = (0, 0);
        foreach (var (group, test) in Wycheproof.Read("hmac_sha256_test.json", 174))
        {
            var computed = HMACSHA256.HashData(test.Bytes("key"), test.Bytes("msg")).AsSpan(0, group.Number("tagSize") / 8);
            var isValid = Wycheproof.IsValid(test);
            Assert.Equal(isValid, CryptographicOperations.FixedTimeEquals(computed, test.Bytes("tag")));
            _ = isValid ? valid++ : invalid++;
        }

        Assert.Equal((66, 108), (valid, invalid));
    }
}
