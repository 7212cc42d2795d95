using System.Runtime.InteropServices;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// Intel's Multi-Buffer Crypto for IPsec if this machine has a usable version, otherwise the reason why not. Uses only functions exported
/// by name, and only in versions whose source was reviewed, because structures change between versions.
/// </summary>
internal sealed unsafe class IpsecMbLibrary
{
    /// <summary>The packages that provide the library, for messages.</summary>
    public const string Package = "libipsec-mb2 (Debian 13, Ubuntu 25.04 and later) or libipsec-mb1 (before)";

    /// <summary>
    /// The paths to try, newest version first; for each version, the path on Debian and Ubuntu, then the one on Fedora, Red Hat and SUSE.
    /// Absolute, so that neither a search path nor the working directory determines what is loaded.
    /// </summary>
    public static IReadOnlyList<string> SystemPaths { get; } =
    [
        "/usr/lib/x86_64-linux-gnu/libIPSec_MB.so.2",
        "/usr/lib64/libIPSec_MB.so.2",
        "/usr/lib/x86_64-linux-gnu/libIPSec_MB.so.1",
        "/usr/lib64/libIPSec_MB.so.1",
    ];

    /// <summary>
    /// The only versions in use (major, minor and patch in one byte each): their exports, parameters and structure sizes were compared.
    /// Ubuntu 22.04 ships 1.2, Debian 12 1.3, Ubuntu 24.04 1.5, Debian 13 and Ubuntu 25.04 2.0. No supported release ships an earlier
    /// version.
    /// </summary>
    private static readonly uint[] KnownVersions = [
        0x01_02_00, 0x01_02_01, 0x01_03_00, 0x01_04_00, 0x01_05_00, 0x02_00_00, 0x02_00_01, 0x02_00_02];

    /// <summary>
    /// The first version that was tested with a thread changing the memory that the library was reading and writing; earlier versions were
    /// not available for the test.
    /// </summary>
    private const uint FirstRacedVersion = 0x02_00_00;

    private static readonly Lazy<IpsecMbLibrary> InstalledLibrary = new(() => Load([.. SystemPaths]));

    private IpsecMbLibrary(IpsecMbFunctions? functions, string? reason)
    {
        Functions = functions;
        Reason = reason;
    }

    /// <summary>This machine's library. Loaded on first access, for the lifetime of the process.</summary>
    public static IpsecMbLibrary Installed => InstalledLibrary.Value;

    /// <summary>Its functions for this processor's best instruction set; null if they cannot be used.</summary>
    public IpsecMbFunctions? Functions { get; }

    /// <summary>
    /// Why the library cannot be used, or only without this processor's best instructions, and what to do; null if neither applies.
    /// </summary>
    public string? Reason { get; }

    /// <summary>Loads the first usable library.</summary>
    /// <param name="paths">Absolute paths, in the order in which to try them.</param>
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

        return refused ?? Unusable($"ipsec-mb could not be loaded from {string.Join(" or ", paths!)}; the package {Package} provides it");
    }

    /// <summary>Checks a library before it is used: its version, its functions for this processor, and a self-test.</summary>
    /// <param name="path">The library's path, for the reason.</param>
    /// <param name="export">Returns the address of an exported name, or zero.</param>
    public static IpsecMbLibrary Examine(string path, Func<string, nint> export)
    {
        var getVersion = export("imb_get_version");
        if (getVersion == 0)
        {
            return Unusable($"{path} does not report its version");
        }

        var number = ((delegate* unmanaged[Cdecl]<uint>)getVersion)();
        var version = Text(number);
        if (!KnownVersions.Contains(number))
        {
            return Unusable($"{path} is version {version}, which was not reviewed; reviewed versions: "
                + $"{string.Join(", ", KnownVersions.Select(Text))}");
        }

        var usable = IpsecMbInstructions.All.Where(instructions => instructions.IsSupported).ToArray();
        var functions = usable.Select(instructions => IpsecMbFunctions.Find(export, version, number >= FirstRacedVersion, instructions))
            .FirstOrDefault(found => found is not null);
        if (functions is null)
        {
            return Unusable($"{path} has no AES-GCM for this processor; it needs at least AVX2, AES and PCLMULQDQ");
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
                : $"this version has no code for {usable[0].Name}, which this processor supports and which is about twice as fast; "
                    + $"the package {Package} from a newer system provides it");
    }

    private static IpsecMbLibrary Unusable(string reason) => new(null, reason);

    private static string Text(uint version) => $"{version >> 16}.{(version >> 8) & 0xFF}.{version & 0xFF}";
}
