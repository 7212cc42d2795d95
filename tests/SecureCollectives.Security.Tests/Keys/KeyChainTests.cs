using System.Diagnostics;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class KeyChainTests
{
    private static readonly byte[] Prk = TestLink.Fill(0x42, KeySchedule.SecretLength);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(65535, 0)]
    [InlineData(65536, 1)]
    [InlineData(131071, 1)]
    [InlineData(131072, 2)]
    [InlineData(ulong.MaxValue, ulong.MaxValue >> 16)]
    public void GenerationOf_Counter_ChangesEvery65536Frames(ulong counter, ulong generation) =>
        Assert.Equal(generation, KeyChain.GenerationOf(counter));

    [Fact]
    public void MoveTo_NextGeneration_DerivesAnotherKeyAndIv()
    {
        using var chain = new KeyChain(Prk, 0, 1, 2);
        var before = Derive(chain);

        chain.MoveTo(1);

        Assert.NotEqual(before, Derive(chain));
        Assert.Equal(1UL, chain.Generation);
    }

    [Fact]
    public void MoveTo_SameGeneration_ChangesNothing()
    {
        using var chain = new KeyChain(Prk, 0, 1, 2);
        var before = Derive(chain);

        chain.MoveTo(0);

        Assert.Equal(before, Derive(chain));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void MoveTo_BackOrBeyondTheNext_Throws(ulong generation)
    {
        using var chain = new KeyChain(Prk, 0, 1, 2);
        chain.MoveTo(1);

        Assert.Throws<UnreachableException>(() => chain.MoveTo(generation));
    }

    [Fact]
    public void Derive_EveryLaneAndDirection_HasItsOwnKeys()
    {
        var seen = new HashSet<string>();
        foreach (var (lane, sender, receiver) in new (
            ushort, uint, uint)[] { (0, 1, 2), (0, 2, 1), (1, 1, 2), (1, 2, 1), (256, 1, 2), (0, 1, 3), (0, 0, 2) })
        {
            using var chain = new KeyChain(Prk, lane, sender, receiver);
            Assert.True(seen.Add(Derive(chain)));
        }
    }

    [Fact]
    public void Derive_AfterDispose_Throws()
    {
        var chain = new KeyChain(Prk, 0, 1, 2);
        chain.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Derive(chain));
    }

    private static string Derive(KeyChain chain)
    {
        var key = new byte[Suite.Aes256Gcm.KeyLength];
        var iv = new byte[Suite.Aes256Gcm.NonceLength];
        chain.Derive(key, iv);
        return Convert.ToHexString(key) + Convert.ToHexString(iv);
    }
}
