using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.Aegis;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The engines that a worker seals and opens with. A local choice, never agreed with peers: engines of one suite make the same bytes.
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class AeadEngines
{
    private const string OpenSslName = "OpenSSL";
    private const string LibsodiumName = "libsodium";

    private readonly IpsecMbFunctions? _ipsecMb;
    private readonly string? _reason;

    private AeadEngines(IpsecMbFunctions? ipsecMb, string? reason)
    {
        _ipsecMb = ipsecMb;
        _reason = reason;
    }

    /// <summary>Whether a suite has more than one engine: AES-256-GCM alone, today.</summary>
    public static bool HasChoice(SuiteCode suite) => suite == SuiteCode.Aes256Gcm;

    /// <summary>Whether an engine that was asked for computes a suite.</summary>
    public static bool Has(EngineCode engine, SuiteCode suite) => engine switch
    {
        EngineCode.Automatic => true,
        EngineCode.OpenSsl => suite is SuiteCode.Aes256Gcm or SuiteCode.ChaCha20Poly1305,
        _ => HasChoice(suite),
    };

    /// <summary>OpenSSL's for every suite that it has.</summary>
    public static AeadEngines OpenSsl { get; } = new(null, "OpenSSL was asked for");

    /// <param name="engine">What was asked for.</param>
    /// <param name="ipsecMb">What is there.</param>
    /// <returns>Null when ipsec-mb was asked for and cannot be used; <see cref="IpsecMbLibrary.Reason"/> says why.</returns>
    public static AeadEngines? Choose(EngineCode engine, IpsecMbLibrary ipsecMb) => (engine, ipsecMb.Functions) switch
    {
        (EngineCode.OpenSsl, _) => OpenSsl,
        (_, { } functions) => new AeadEngines(functions, ipsecMb.Reason),
        (EngineCode.Automatic, null) => new AeadEngines(null, ipsecMb.Reason),
        _ => null,
    };

    /// <summary>Names what computes a suite, to be read by people.</summary>
    public string Name(SuiteCode suite) => suite switch
    {
        SuiteCode.None => "none",
        SuiteCode.Aegis128L or SuiteCode.Aegis256 => LibsodiumName,
        _ when HasChoice(suite) && _ipsecMb is not null => _ipsecMb.Name,
        _ => OpenSslName,
    };

    /// <summary>Why a suite does not run on a faster engine; null where it does, or where there is none.</summary>
    public string? Reason(SuiteCode suite) => HasChoice(suite) ? _reason : null;

    /// <summary>Both in one line, for logs.</summary>
    public string Describe(SuiteCode suite) => Reason(suite) is { } reason ? $"{Name(suite)}, because {reason}" : Name(suite);

    /// <param name="suite">One that is usable here: <see cref="LocalSuites"/> knows.</param>
    public AeadEngine Create(SuiteCode suite) => suite switch
    {
        SuiteCode.Aes256Gcm => _ipsecMb is null ? new AesGcmEngine() : new IpsecMbEngine(_ipsecMb),
        SuiteCode.ChaCha20Poly1305 => new ChaCha20Poly1305Engine(),
        SuiteCode.Aegis128L or SuiteCode.Aegis256 => new AegisEngine(Suite.Of(suite)),
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "Not a suite that seals."),
    };
}
