using System.Diagnostics;
using System.Security.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class MlKem768Tests
{
    [Fact]
    public void Decapsulate_EncapsulatedSecret_ReturnsTheSameSecret()
    {
        using var key = MlKem768.Create();
        var (ciphertext, sent, received) = Buffers();

        MlKem768.Encapsulate(key.EncapsulationKey.Span, ciphertext, sent);
        key.Decapsulate(ciphertext, received);

        Assert.Equal(sent, received);
        Assert.Contains(sent, static value => value != 0);
    }

    [Fact]
    public void CreateAndEncapsulate_Twice_YieldDifferentKeysAndSecrets()
    {
        using var one = MlKem768.Create();
        using var other = MlKem768.Create();
        var (firstCiphertext, first, second) = Buffers();
        var secondCiphertext = new byte[MlKem768.CiphertextLength];

        MlKem768.Encapsulate(one.EncapsulationKey.Span, firstCiphertext, first);
        MlKem768.Encapsulate(one.EncapsulationKey.Span, secondCiphertext, second);

        Assert.NotEqual(Hex.Of(one.EncapsulationKey.Span), Hex.Of(other.EncapsulationKey.Span));
        Assert.NotEqual(Hex.Of(firstCiphertext), Hex.Of(secondCiphertext));
        Assert.NotEqual(Hex.Of(first), Hex.Of(second));
    }

    /// <summary>
    /// Implicit rejection (FIPS 203, section 6.3): decapsulation returns a different secret, always the same one for a given ciphertext,
    /// and no error.
    /// </summary>
    [Fact]
    public void Decapsulate_CiphertextChangedAnywhere_ReturnsAnotherSecretWithoutError()
    {
        using var key = MlKem768.Create();
        var (ciphertext, sent, received) = Buffers();
        MlKem768.Encapsulate(key.EncapsulationKey.Span, ciphertext, sent);
        var seen = new HashSet<string> { Hex.Of(sent) };
        for (var bit = 0; bit < 8 * ciphertext.Length; bit += 37)
        {
            ciphertext[bit / 8] ^= (byte)(1 << (bit % 8));
            key.Decapsulate(ciphertext, received);
            Assert.True(seen.Add(Hex.Of(received)), $"bit {bit}");
            ciphertext[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>The modulus check covers every coefficient, and therefore both halves of each group of three bytes.</summary>
    [Fact]
    public void IsEncapsulationKey_AnyCoefficientNotReduced_IsRefused()
    {
        using var key = MlKem768.Create();
        var good = key.EncapsulationKey.ToArray();
        Assert.True(MlKem768.IsEncapsulationKey(good));
        for (var coefficient = 0; coefficient < 768; coefficient++)
        {
            foreach (var value in new[] { 3329, 4095 })
            {
                var changed = WithCoefficient(good, coefficient, value);
                Assert.False(MlKem768.IsEncapsulationKey(changed), $"coefficient {coefficient}");
            }

            Assert.True(MlKem768.IsEncapsulationKey(WithCoefficient(good, coefficient, 3328)), $"coefficient {coefficient}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(MlKem768.EncapsulationKeyLength - 1)]
    [InlineData(MlKem768.EncapsulationKeyLength + 1)]
    [InlineData(1568)]
    public void IsEncapsulationKey_AnotherLength_IsRefused(int length)
    {
        Assert.False(MlKem768.IsEncapsulationKey(new byte[length]));
        Assert.Throws<ArgumentException>(
            () => MlKem768.Encapsulate(new byte[length], new byte[MlKem768.CiphertextLength], new byte[MlKem768.SecretLength]));
    }

    [Fact]
    public void EncapsulateAndDecapsulate_OtherLengths_Throw()
    {
        using var key = MlKem768.Create();
        var (ciphertext, secret, _) = Buffers();

        Assert.Throws<ArgumentOutOfRangeException>(() => MlKem768.Encapsulate(key.EncapsulationKey.Span, ciphertext.AsSpan(1), secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => MlKem768.Encapsulate(key.EncapsulationKey.Span, ciphertext, secret.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MlKem768.Encapsulate(key.EncapsulationKey.Span, new byte[31], ciphertext, secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Decapsulate(ciphertext.AsSpan(1), secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Decapsulate([.. ciphertext, 0], secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Decapsulate(ciphertext, secret.AsSpan(1)));
    }

    [Fact]
    public void Decapsulate_AfterDispose_Throws()
    {
        var key = MlKem768.Create();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Decapsulate(new byte[MlKem768.CiphertextLength], new byte[MlKem768.SecretLength]));
    }

    /// <summary>
    /// The randomness for one encapsulation is handed out once. A second draw would come from another generator, or be the same bytes.
    /// </summary>
    [Fact]
    public void Randomness_DrawnTwiceOrInAnotherLength_Throws()
    {
        var bytes = RandomNumberGenerator.GetBytes(MlKem768.RandomnessLength);
        using var randomness = new MlKemRandomness(bytes);
        Assert.Throws<UnreachableException>(() => randomness.NextBytes(new byte[16]));
        var drawn = new byte[MlKem768.RandomnessLength];
        randomness.NextBytes(drawn);

        Assert.Equal(bytes, drawn);
        Assert.Throws<UnreachableException>(() => randomness.NextBytes(drawn));
    }

    private static (byte[] Ciphertext, byte[] First, byte[] Second) Buffers() =>
        (new byte[MlKem768.CiphertextLength], new byte[MlKem768.SecretLength], new byte[MlKem768.SecretLength]);

    private static byte[] WithCoefficient(byte[] key, int coefficient, int value)
    {
        var changed = (byte[])key.Clone();
        var at = coefficient / 2 * 3;
        if (coefficient % 2 == 0)
        {
            changed[at] = (byte)value;
            changed[at + 1] = (byte)((changed[at + 1] & 0xF0) | (value >> 8));
        }
        else
        {
            changed[at + 1] = (byte)((changed[at + 1] & 0x0F) | ((value & 0x0F) << 4));
            changed[at + 2] = (byte)(value >> 4);
        }

        return changed;
    }
}
