using System.Runtime.Intrinsics.X86;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.Aegis;
using SecureCollectives.Testing;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>Tests the conditions for using AEGIS, and the reasons reported if they are not met. None of them throws.</summary>
public sealed class AegisLibraryTests
{
    [Fact]
    public void Examine_ProcessorWithoutAesInstructions_LoadsNothingAndGivesTheReason()
    {
        var library = AegisLibrary.Examine(hasAesInstructions: false, _ => throw new InvalidOperationException("It was loaded."));

        Assert.StartsWith("this processor has no AES instructions", library.Reason);
    }

    [Theory]
    [InlineData(typeof(DllNotFoundException))]
    [InlineData(typeof(EntryPointNotFoundException))]
    [InlineData(typeof(BadImageFormatException))]
    [InlineData(typeof(FileNotFoundException))]
    [InlineData(typeof(PlatformNotSupportedException))]
    [InlineData(typeof(InvalidOperationException))]
    public void Examine_LibraryThatCannotBeLoaded_ReportsReasonAndRemedy(Type type)
    {
        var library = AegisLibrary.Examine(
            true, _ => throw (Exception)Activator.CreateInstance(type, "Unable to load shared library 'libsodium'.")!);

        Assert.StartsWith("libsodium cannot be used (Unable to load shared library 'libsodium'.); the NuGet package libsodium provides it",
            library.Reason);
    }

    /// <summary>NSec's exception says only that it could not initialize; the reason is in an inner exception.</summary>
    [Fact]
    public void Examine_ReasonInsideAnotherException_IsReported()
    {
        var library = AegisLibrary.Examine(
            true, _ => throw new TypeInitializationException("Aegis128L", new DllNotFoundException("libsodium.so: no such file")));

        Assert.StartsWith("libsodium cannot be used (libsodium.so: no such file);", library.Reason);
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aegis128L)]
    [InlineData((byte)SuiteCode.Aegis256)]
    public void Examine_WrongAnswers_AreRefusedBySuite(byte wrong)
    {
        RequireAegis();

        var library = AegisLibrary.Examine(true, suite => (byte)suite.Code == wrong ? new HashEngine(suite) : new AegisEngine(suite));

        Assert.Equal($"libsodium gave wrong answers in the self-test of {(SuiteCode)wrong}; do not use it", library.Reason);
    }

    [Fact]
    public void Examine_ItsOwnEngines_Pass()
    {
        RequireAegis();

        Assert.Null(AegisLibrary.Examine(true, static suite => new AegisEngine(suite)).Reason);
    }

    /// <summary>Test machines have AES instructions and the library. The test also checks that the library came with the build.</summary>
    [Fact]
    public void Installed_OnAProcessorWithAesInstructions_CanBeUsed()
    {
        Assert.SkipUnless((Aes.IsSupported && Avx.IsSupported) || ArmAes.IsSupported, "This processor has no AES instructions.");

        Assert.Null(AegisLibrary.Installed.Reason);
        Assert.Contains(SuiteCode.Aegis128L, LocalSuites.Installed.Usable);
        Assert.Contains(SuiteCode.Aegis256, LocalSuites.Installed.Usable);
    }

    [Fact]
    public void Engine_AnotherSuite_Throws() => Assert.Throws<ArgumentOutOfRangeException>(static () => new AegisEngine(Suite.Aes256Gcm));

    private static void RequireAegis() => Assert.SkipWhen(AegisLibrary.Installed.Reason is not null, $"{AegisLibrary.Installed.Reason}.");
}
