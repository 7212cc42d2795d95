using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Security.Tests.Sealing.IpsecMb;

/// <summary>Tests the conditions that must hold before any part of the library is used.</summary>
public sealed unsafe class IpsecMbLibraryTests
{
    private const string Path = "/some/libIPSec_MB.so.1";

    [Fact]
    public void Load_MissingFile_NamesThePathAndThePackage()
    {
        var library = IpsecMbLibrary.Load("/nowhere/first.so", "/nowhere/second.so");

        Assert.Null(library.Functions);
        Assert.Equal(
            $"ipsec-mb could not be loaded from /nowhere/first.so or /nowhere/second.so; the package {IpsecMbLibrary.Package} provides it",
                library.Reason);
    }

    [Theory]
    [InlineData("libIPSec_MB.so.1")]
    [InlineData("./libIPSec_MB.so.1")]
    [InlineData("")]
    public void Load_NotAbsolute_Throws(string path) => Assert.Throws<ArgumentException>(() => IpsecMbLibrary.Load(path));

    [Fact]
    public void Load_NotALibrary_ReportsIt() =>
        Assert.StartsWith("ipsec-mb could not be loaded from /etc/passwd", IpsecMbLibrary.Load("/etc/passwd").Reason);

    [Fact]
    public void Installed_WherePresent_HasFunctionsOfAKnownVersion()
    {
        TestEngines.RequireIpsecMb();

        Assert.Matches(@"^ipsec-mb (1\.[2-5]|2\.0)\.[0-9] \((AVX-512 VAES|AVX2 VAES|AVX2)\)$", IpsecMbLibrary.Installed.Functions!.Name);
    }

    /// <summary>A library that lacks the best instructions reports this, so that nobody measures slower code unknowingly.</summary>
    [Fact]
    public void Examine_WithoutTheBestInstructionsOfTheProcessor_NamesWhatIsMissing()
    {
        var supported = IpsecMbInstructions.All.Where(instructions => instructions.IsSupported).ToArray();
        Assert.SkipUnless(supported.Length > 1, "This processor supports only one of the instruction sets.");

        var complete = IpsecMbLibrary.Examine(Path,
            name => name.Contains("imb_", StringComparison.Ordinal)
                ? TestEngines.Export(name) : TestEngines
                    .Export(name.Replace(supported[0].Suffix, supported[^1].Suffix, StringComparison.Ordinal)));
        var lacking = IpsecMbLibrary.Examine(
            Path, name => name.EndsWith(supported[0].Suffix, StringComparison.Ordinal) ? 0 : TestEngines.Export(name));

        Assert.Null(complete.Reason);
        Assert.NotNull(lacking.Functions);
        Assert.StartsWith($"this version has no code for {supported[0].Name}, which this processor supports", lacking.Reason);
    }

    [Fact]
    public void Examine_AnotherLibrary_HasNoVersion() =>
        Assert.Equal($"{Path} does not report its version", IpsecMbLibrary.Examine(Path, _ => 0).Reason);

    [Fact]
    public void Examine_UnknownVersion_IsRefusedBeforeItsFunctionsAreLookedUp()
    {
        var library = IpsecMbLibrary.Examine(Path,
            name => name == "imb_get_version"
                ? (nint)(delegate* unmanaged[Cdecl]<uint>)&TooNew : throw new InvalidOperationException(name));

        Assert.Null(library.Functions);
        Assert.Equal($"{Path} is version 2.1.0, which was not reviewed; reviewed versions: 1.2.0, 1.2.1, 1.3.0, 1.4.0, 1.5.0, 2.0.0, "
            + "2.0.1, "
            + "2.0.2", library.Reason);
    }

    [Fact]
    public void Examine_FunctionsMissing_IsRefused()
    {
        var library = IpsecMbLibrary.Examine(Path, name => name == "imb_get_version" ? Known : 0);

        Assert.Equal($"{Path} has no AES-GCM for this processor; it needs at least AVX2, AES and PCLMULQDQ", library.Reason);
    }

    [Fact]
    public void Examine_OneFunctionOfAnInstructionSetMissing_UsesTheNextBest()
    {
        var library = IpsecMbLibrary.Examine(
            Path, name => name.Contains("_dec_256_vaes", StringComparison.Ordinal) ? 0 : TestEngines.Export(name));

        Assert.EndsWith("(AVX2)", library.Functions!.Name);
    }

    /// <summary>Functions that return without producing a result: nothing may verify, and nothing may count as sealed.</summary>
    [Fact]
    public void Examine_FunctionsThatDoNothing_FailTheSelfTest()
    {
        Assert.SkipUnless(IpsecMbInstructions.All.Any(instructions => instructions.IsSupported),
            "This processor has none of the instruction sets.");
        var library = IpsecMbLibrary.Examine(Path, DoNothing);

        Assert.Null(library.Functions);
        Assert.EndsWith("gave wrong answers in its self-test; do not use it", library.Reason);
    }

    [Fact]
    public void TryOpen_FunctionsThatDoNothing_ReturnsFalse()
    {
        using var engine = new IpsecMbEngine(IpsecMbFunctions.Find(DoNothing, "0.0.0", isSinglePass: true, IpsecMbInstructions.All[^1])!);
        engine.SetKey(new byte[Suite.Aes256Gcm.KeyLength]);

        Assert.False(engine.TryOpen(new byte[Suite.Aes256Gcm.NonceLength], [], new byte[100 + Suite.Aes256Gcm.TagLength]));
    }

    /// <summary>Tests every instruction set that library and processor support, not only the chosen one.</summary>
    [Fact]
    public void Functions_OfEveryAvailableInstructionSet_PassTheSelfTestWithinBounds()
    {
        var tested = 0;
        foreach (var instructions in IpsecMbInstructions.All.Where(instructions => instructions.IsSupported))
        {
            if (IpsecMbFunctions.Find(TestEngines.Export, "x", isSinglePass: true, instructions) is { } functions)
            {
                using var engine = new IpsecMbEngine(functions);
                Assert.True(AeadSelfTest.Passes(engine), instructions.Name);
                Assert.True(engine.IsWithinBounds, instructions.Name);
                tested++;
            }
        }

        Assert.NotEqual(0, tested);
    }

    [Fact]
    public void Seal_OverlappingItsSource_Throws()
    {
        using var engine = TestEngines.RequireIpsecMb().Create(Security.Keys.SuiteCode.Aes256Gcm);
        engine.SetKey(new byte[Suite.Aes256Gcm.KeyLength]);
        var memory = new byte[100];

        Assert.Throws<ArgumentException>(
            () => engine.Seal(new byte[12], [], memory.AsSpan(0, 64), memory.AsSpan(1, 64 + Suite.Aes256Gcm.TagLength)));
    }

    [Fact]
    public void Key_Erased_IsAllZeros()
    {
        TestEngines.RequireIpsecMb();
        using var key = new IpsecMbKey(
            IpsecMbLibrary.Installed.Functions!, Enumerable.Range(1, Suite.Aes256Gcm.KeyLength).Select(value => (byte)value).ToArray());
        var data = new ReadOnlySpan<byte>(key.Data, 15 * 16);
        Assert.Equal(0, (nint)key.Data % 64);
        Assert.True(data.ContainsAnyExcept((byte)0));

        key.Erase();

        Assert.False(data.ContainsAnyExcept((byte)0));
    }

    private static nint Known => (nint)(delegate* unmanaged[Cdecl]<uint>)&Version;

    private static nint DoNothing(string name) =>
        name == "imb_get_version" ? Known
        : name.Contains("_pre_", StringComparison.Ordinal) ? (nint)(delegate* unmanaged[Cdecl]<byte*, byte*, void>)&Expand
        : (nint)(delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)&Crypt;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint TooNew() => 0x02_01_00;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint Version() => 0x01_03_00;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Expand(byte* key, byte* data)
    {
        // Leaves the key data unchanged.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Crypt(byte* data, byte* context, byte* output, byte* input, ulong length, byte* iv, byte* aad, ulong aadLength,
        byte* tag, ulong tagLength)
    {
        // Writes neither text nor tag.
    }
}
