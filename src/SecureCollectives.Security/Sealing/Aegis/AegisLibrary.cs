using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SecureCollectives.Security.Keys;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace SecureCollectives.Security.Sealing.Aegis;

/// <summary>
/// libsodium's AEGIS if it is usable on this machine, otherwise the reason why not. Its code for processors without AES instructions is
/// never used: it is slow, and its table lookups depend on secrets.
/// </summary>
internal sealed class AegisLibrary
{
    private static readonly Lazy<AegisLibrary> InstalledLibrary = new(
        static () => Examine(HasAesInstructions, static suite => new AegisEngine(suite)));

    private AegisLibrary(string? reason) => Reason = reason;

    /// <summary>This machine's library. Loaded on first access, for the lifetime of the process.</summary>
    public static AegisLibrary Installed => InstalledLibrary.Value;

    /// <summary>Why it cannot be used, and what to do about it; null if it can.</summary>
    public string? Reason { get; }

    /// <summary>
    /// Whether the processor has the instructions for libsodium's fast code, which on x64 requires AVX in addition to AES. In native AOT
    /// programs IsSupported reflects the instructions that the program was compiled for (by default without AVX), not the processor, so the
    /// processor is queried directly.
    /// </summary>
    private static bool HasAesInstructions => (Aes.IsSupported && Avx.IsSupported) || ArmAes.IsSupported
        || (!RuntimeFeature.IsDynamicCodeCompiled && ProcessorHasAesAndAvx());

    /// <summary>Checks the library before it is used for sealing: the processor, loading, and a self-test.</summary>
    /// <param name="hasAesInstructions">Whether the processor has the instructions that the library requires.</param>
    /// <param name="create">Creates an engine for a suite; throws if the library cannot be loaded.</param>
    public static AegisLibrary Examine(bool hasAesInstructions, Func<Suite, AeadEngine> create)
    {
        if (!hasAesInstructions)
        {
            return new AegisLibrary("this processor has no AES instructions (on x64 AES and AVX, "
                + "on arm64 the cryptographic extension), or .NET was configured not to use them");
        }

        try
        {
            foreach (var suite in (ReadOnlySpan<Suite>)[Suite.Aegis128L, Suite.Aegis256])
            {
                using var engine = create(suite);
                if (!AeadSelfTest.Passes(engine))
                {
                    return new AegisLibrary($"libsodium gave wrong answers in the self-test of {suite.Code}; do not use it");
                }
            }

            return new AegisLibrary(reason: null);
        }
        catch (SystemException exception) when (exception is not OutOfMemoryException)
        {
            // The library or NSec is missing, is the wrong version or for another platform, or could not initialize. For the last of these,
            // NSec reports only that fact; its inner exception says what was missing.
            return new AegisLibrary(
                $"libsodium cannot be used ({(exception.InnerException ?? exception).Message.Trim()}); "
                    + "the NuGet package libsodium provides it for Linux on x64 and arm64, and it must be in the program's directory");
        }
    }

    /// <summary>
    /// CPUID, leaf 1 (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A). OSXSAVE indicates that the operating system
    /// saves the registers beyond SSE, without which AVX cannot be used.
    /// </summary>
    private static bool ProcessorHasAesAndAvx()
    {
        const int AesBit = 1 << 25;
        const int OsxsaveBit = 1 << 27;
        const int AvxBit = 1 << 28;
        const int Wanted = AesBit | OsxsaveBit | AvxBit;
        return X86Base.IsSupported && (X86Base.CpuId(1, 0).Ecx & Wanted) == Wanted;
    }
}
