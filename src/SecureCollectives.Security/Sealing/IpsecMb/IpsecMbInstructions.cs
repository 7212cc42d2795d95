using System.Runtime.Intrinsics.X86;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// An instruction set for which the library has AES-GCM, and whether .NET reports that this processor and operating system support it.
/// </summary>
/// <param name="Name">The instruction set's name, for messages.</param>
/// <param name="Suffix">The suffix of the corresponding library functions.</param>
/// <param name="IsSupported">Whether every instruction that these functions use is supported.</param>
internal sealed record IpsecMbInstructions(string Name, string Suffix, bool IsSupported)
{
    private const int FeatureLeaf = 7;
    private const int VaesBit = 1 << 9;

    /// <summary>
    /// All instruction sets, fastest first. The library's SSE and AVX code is left out: it is no faster than OpenSSL's, and no processor
    /// from this decade needs it.
    /// </summary>
    public static IReadOnlyList<IpsecMbInstructions> All { get; } =
    [
        // Since 1.0.
        new("AVX-512 VAES", "vaes_avx512", Avx2HasBmi2() && HasVaes() && Pclmulqdq.V512.IsSupported && Avx512F.VL.IsSupported
            && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported),

        // Since 1.5.
        new("AVX2 VAES", "vaes_avx2", Avx2HasBmi2() && HasVaes() && Pclmulqdq.V256.IsSupported),

        // Since 1.0. Processes one block per instruction rather than two or four.
        new("AVX2", "avx_gen4", Avx2HasBmi2() && Aes.IsSupported && Pclmulqdq.IsSupported),
    ];

    private static bool Avx2HasBmi2() => Avx2.IsSupported && Bmi2.IsSupported;

    /// <summary>
    /// Whether the processor has the vector forms of AES, for which .NET has no property. They need the AVX2 or AVX-512 register state,
    /// which the caller checks separately.
    /// </summary>
    private static bool HasVaes() =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= FeatureLeaf && (X86Base.CpuId(FeatureLeaf, 0).Ecx & VaesBit) != 0;
}
