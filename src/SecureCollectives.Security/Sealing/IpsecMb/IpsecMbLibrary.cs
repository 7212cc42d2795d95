using System.Runtime.InteropServices;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// Intel's Multi-Buffer Crypto for IPsec, if this machine has it and everything about it is as it should be; otherwise the reason. Only
/// what is exported by name is used, and only of versions whose source was read: structures change between versions.
/// </summary>
internal sealed unsafe class IpsecMbLibrary
{
    /// <summary>Where to get it, for people.</summary>
    public const string Package = "libipsec-mb2 (Debian 13, Ubuntu 25.04 and later) or libipsec-mb1 (before)";

    /// <summary>
    /// Newest first; of each, where Debian and Ubuntu have it, and where Fedora, Red Hat and SUSE. Absolute, so that neither a search path
    /// nor the working directory chooses what is loaded.
    /// </summary>
    public static IReadOnlyList<string> SystemPaths { get; } =
    [
        "/usr/lib/x86_64-linux-gnu/libIPSec_MB.so.2",
        "/usr/lib64/libIPSec_MB.so.2",
        "/usr/lib/x86_64-linux-gnu/libIPSec_MB.so.1",
        "/usr/lib64/libIPSec_MB.so.1",
    ];

    /// <summary>
    /// Versions (major, minor, patch in a byte each) whose exports, parameters and structure sizes were compared, and no other: Ubuntu
    /// 22.04 ships 1.2, Debian 12 1.3, Ubuntu 24.04 1.5, Debian 13 and Ubuntu 25.04 2.0. Earlier ones are in no supported release.
    /// </summary>
    private static readonly uint[] KnownVersions = [
        0x01_02_00, 0x01_02_01, 0x01_03_00, 0x01_04_00, 0x01_05_00, 0x02_00_00, 0x02_00_01, 0x02_00_02];

    /// <summary>
    /// From this version on the library was raced by a thread that changed what it was reading and writing; earlier ones were not at hand.
    /// </summary>
    private const uint FirstRacedVersion = 0x02_00_00;

    private static readonly Lazy<IpsecMbLibrary> InstalledLibrary = new(() => Load([.. SystemPaths]));

    private IpsecMbLibrary(IpsecMbFunctions? functions, string? reason)
    {
        Functions = functions;
        Reason = reason;
    }

    /// <summary>This machine's. Loaded when first asked for, and then for as long as the process lives.</summary>
    public static IpsecMbLibrary Installed => InstalledLibrary.Value;

    /// <summary>Its functions for the best instruction set of this processor; null where they cannot be used.</summary>
    public IpsecMbFunctions? Functions { get; }

    /// <summary>
    /// Why it cannot be used, or not with the best instructions of this processor, and what to do; null where it is at its best.
    /// </summary>
    public string? Reason { get; }

    /// <param name="paths">Absolute paths; the first that can be used counts.</param>
    public static IpsecMbLibrary Load(params ReadOnlySpan<string> paths)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return Unusable("ipsec-mb is for Linux on x64 processors");
        }

        IpsecMbLibrary? refused = null;
        foreach (var path in paths)
        {
            if (!path.StartsWith('/'))
            {
                throw new ArgumentException($"'{path}' is not an absolute path.", nameof(paths));
            }

            if (NativeLibrary.TryLoad(path, out var library))
            {
                var loaded = Examine(path, name => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0);
                if (loaded.Functions is not null)
                {
                    return loaded;
                }

                NativeLibrary.Free(library);
                refused ??= loaded;
            }
        }

        return refused ?? Unusable($"ipsec-mb could not be loaded from {string.Join(" or ", paths!)}; the package {Package} brings it");
    }

    /// <summary>Looks at a library before anything of it is used: version, functions for this processor, their answers.</summary>
    /// <param name="path">Where it came from, for the reason.</param>
    /// <param name="export">Gives the address of an exported name, or zero.</param>
    public static IpsecMbLibrary Examine(string path, Func<string, nint> export)
    {
        var getVersion = export("imb_get_version");
        if (getVersion == 0)
        {
            return Unusable($"{path} does not say its version");
        }

        var number = ((delegate* unmanaged[Cdecl]<uint>)getVersion)();
        var version = Text(number);
        if (!KnownVersions.Contains(number))
        {
            return Unusable($"{path} is version {version}, which was not examined; those that were: "
                + $"{string.Join(", ", KnownVersions.Select(Text))}");
        }

        var usable = IpsecMbInstructions.All.Where(instructions => instructions.IsSupported).ToArray();
        var functions = usable.Select(instructions => IpsecMbFunctions.Find(export, version, number >= FirstRacedVersion, instructions))
            .FirstOrDefault(found => found is not null);
        if (functions is null)
        {
            return Unusable($"{path} has no AES-GCM for this processor; AVX2, AES and PCLMULQDQ are the least it needs");
        }

        using var engine = new IpsecMbEngine(functions);
        if (!AeadSelfTest.Passes(engine) || !engine.IsWithinBounds)
        {
            return Unusable($"{path} ({functions.Name}) gave wrong answers in its self-test; do not use it");
        }

        return new IpsecMbLibrary(
            functions,
            functions.Instructions == usable[0]
                ? null
                : $"this version has no code for {usable[0].Name}, which this processor has and which is about twice as fast; the package "
                    + $"{Package} of a newer system brings it");
    }

    private static IpsecMbLibrary Unusable(string reason) => new(null, reason);

    private static string Text(uint version) => $"{version >> 16}.{(version >> 8) & 0xFF}.{version & 0xFF}";
}
