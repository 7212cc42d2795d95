using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class EphemeralKeyTests
{
    [Fact]
    public void DeriveSecret_BothSides_Agree()
    {
        using var one = EphemeralKey.Create();
        using var other = EphemeralKey.Create();
        var left = new byte[EphemeralKey.SecretLength];
        var right = new byte[EphemeralKey.SecretLength];

        one.DeriveSecret(other.PublicKey.Span, left);
        other.DeriveSecret(one.PublicKey.Span, right);

        Assert.Equal(left, right);
        Assert.Contains(left, static value => value != 0);
    }

    [Fact]
    public void PublicKey_ManyKeys_AreDistinctValidPoints()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 600; i++)
        {
            // Enough keys to include coordinates that begin with a zero byte, which must be kept.
            using var key = EphemeralKey.Create();
            Assert.True(EphemeralKey.IsPublicKey(key.PublicKey.Span));
            Assert.True(seen.Add(Convert.ToHexString(key.PublicKey.Span)));
        }
    }

    [Fact]
    public void DeriveSecret_AfterDispose_Throws()
    {
        using var peer = EphemeralKey.Create();
        var key = EphemeralKey.Create();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.DeriveSecret(peer.PublicKey.Span, new byte[EphemeralKey.SecretLength]));
    }

    [Fact]
    public void IsPublicKey_AnyBitFlipped_IsRefused()
    {
        using var key = EphemeralKey.Create();
        for (var bit = 0; bit < 8 * EphemeralKey.PublicKeyLength; bit++)
        {
            // For a given X at most two Y are on the curve; a flipped bit of X hits the curve with this Y with probability 3 / 2^256.
            var changed = key.PublicKey.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EphemeralKey.IsPublicKey(changed));
        }
    }

    public static TheoryData<string, byte[]> BadPoints()
    {
        using var key = EphemeralKey.Create();
        var good = key.PublicKey.ToArray();
        var zero = new byte[EphemeralKey.PublicKeyLength];
        zero[0] = 4;

        // The field's prime is 2^256 - 2^224 + 2^192 + 2^96 - 1. A point with X = 0 is on the curve; here it is written with X = p.
        var prime = Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
        var rootOfB = Convert.FromHexString("66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4");
        return new TheoryData<string, byte[]>
        {
            { "empty", [] },
            { "infinity", [0] },
            { "one byte short", good[..^1] },
            { "one byte long", [.. good, 0] },
            { "compressed", [2, .. good[1..33]] },
            { "hybrid", [6, .. good[1..]] },
            { "origin", zero },
            { "all ones", [4, .. Enumerable.Repeat(byte.MaxValue, 64)] },
            { "X not reduced", [4, .. prime, .. rootOfB] },
        };
    }

    [Theory]
    [MemberData(nameof(BadPoints))]
    public void IsPublicKey_NotAPoint_IsRefused(string what, byte[] candidate)
    {
        Assert.False(EphemeralKey.IsPublicKey(candidate), what);
        using var own = EphemeralKey.Create();
        Assert.Throws<ArgumentException>(() => own.DeriveSecret(candidate, new byte[EphemeralKey.SecretLength]));
        Assert.False(InitiatorOffer.TryRead(candidate, [], new byte[KeySchedule.ContributionLength], out _));
        Assert.False(ResponderAnswer.TryRead(KeyAgreementCode.P256, candidate, [], new byte[KeySchedule.ContributionLength], out _));
    }

    [Fact]
    public void IsPublicKey_PointWithXZero_IsAccepted()
    {
        // The row "X not reduced" above is refused for its encoding: the same point, encoded correctly, is on the curve.
        var rootOfB = Convert.FromHexString("66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4");

        Assert.True(EphemeralKey.IsPublicKey([4, .. new byte[32], .. rootOfB]));
    }
}
