using System.Runtime.Intrinsics.X86;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// An instruction set that the library has AES-GCM for, and whether this processor has it: .NET asks processor and operating system.
/// </summary>
/// <param name="Name">To be read by people.</param>
/// <param name="Suffix">How the library's functions for it end.</param>
/// <param name="IsSupported">Whether every instruction that these functions use is there.</param>
internal sealed record IpsecMbInstructions(string Name, string Suffix, bool IsSupported)
{
    private const int FeatureLeaf = 7;
    private const int VaesBit = 1 << 9;

    /// <summary>
    /// Fastest first. The library's code for SSE and for AVX is left out: it is no faster than OpenSSL's, and no processor of this decade
    /// needs it.
    /// </summary>
    public static IReadOnlyList<IpsecMbInstructions> All { get; } =
    [
        // Since 1.0.
        new("AVX-512 VAES", "vaes_avx512", Avx2HasBmi2() && HasVaes() && Pclmulqdq.V512.IsSupported && Avx512F.VL.IsSupported
            && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported),

        // Since 1.5.
        new("AVX2 VAES", "vaes_avx2", Avx2HasBmi2() && HasVaes() && Pclmulqdq.V256.IsSupported),

        // Since 1.0. Four blocks of an instruction each rather than two or one of many.
        new("AVX2", "avx_gen4", Avx2HasBmi2() && Aes.IsSupported && Pclmulqdq.IsSupported),
    ];

    private static bool Avx2HasBmi2() => Avx2.IsSupported && Bmi2.IsSupported;

    /// <summary>
    /// .NET has no property for the vector forms of AES. The register state that they need is that of AVX2 or AVX-512, which is asked for
    /// beside it.
    /// </summary>
    private static bool HasVaes() =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= FeatureLeaf && (X86Base.CpuId(FeatureLeaf, 0).Ecx & VaesBit) != 0;
}
