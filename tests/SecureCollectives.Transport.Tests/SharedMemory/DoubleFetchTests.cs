using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing.Races;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>
/// A peer changes its ring while this worker opens frames from it. <c>faults races --seconds 60</c> runs the same races for a minute each.
/// </summary>
public sealed class DoubleFetchTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    /// <summary>The limit of a race that must end in a violation, which takes milliseconds if both threads run at the same time.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Engines => [.. RacedEngines.Names];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Open_MemoryChangesMeanwhile_OpensExactlyWhatItVerified(string name)
    {
        using var race = new DoubleFetchRace(Create(name));
        var result = race.Open(Time);
        Assert.Equal(0, result.Violations);
        Assert.InRange(result.Attempts, 1, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Seal_MemoryChangesMeanwhile_TagIsThatOfTheGivenText(string name)
    {
        using var race = new DoubleFetchRace(Create(name));
        var result = race.Seal(Time);
        Assert.Equal(0, result.Violations);
        Assert.InRange(result.Attempts, 1, long.MaxValue);
    }

    /// <summary>
    /// The race detects the flaw that it is meant to detect: OpenSSL's AES-GCM reads its input more than once, and without a private copy
    /// returns data that it has not verified.
    /// </summary>
    [Fact]
    public void Open_AesGcmWithoutAPrivateCopy_IsCaught()
    {
        using var race = new DoubleFetchRace(new UnstagedAesGcmEngine());
        Assert.NotEqual(0, race.Open(Limit, untilViolation: true).Violations);
    }

    [Fact]
    public void Seal_AesGcmWithoutAPrivateCopy_IsCaught()
    {
        using var race = new DoubleFetchRace(new UnstagedAesGcmEngine());
        Assert.NotEqual(0, race.Seal(Limit, untilViolation: true).Violations);
    }

    /// <summary>OpenSSL's engines declare that they must not touch a ring.</summary>
    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305)]
    public void IsSinglePass_OfOpenSsl_IsFalse(byte suite)
    {
        using var engine = AeadEngines.OpenSsl.Create((SuiteCode)suite);
        Assert.False(engine.IsSinglePass);
    }

    private static AeadEngine Create(string name)
    {
        var engine = RacedEngines.TryCreate(name);
        Assert.SkipWhen(engine is null, $"{name} is not available on this machine.");
        return engine;
    }
}
