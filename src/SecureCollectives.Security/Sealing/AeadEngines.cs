using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing.Aegis;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The engines that a worker uses to seal and open. A local choice, never negotiated with peers: engines for the same suite produce the
/// same bytes.
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

    /// <summary>Whether a suite has more than one engine. Currently only AES-256-GCM does.</summary>
    public static bool HasChoice(SuiteCode suite) => suite == SuiteCode.Aes256Gcm;

    /// <summary>Whether a requested engine supports a suite.</summary>
    public static bool Has(EngineCode engine, SuiteCode suite) => engine switch
    {
        EngineCode.Automatic => true,
        EngineCode.OpenSsl => suite is SuiteCode.Aes256Gcm or SuiteCode.ChaCha20Poly1305,
        _ => HasChoice(suite),
    };

    /// <summary>OpenSSL's engines for every suite that it supports.</summary>
    public static AeadEngines OpenSsl { get; } = new(null, "OpenSSL was requested");

    /// <summary>Chooses the engines.</summary>
    /// <param name="engine">The requested engine; <see cref="EngineCode.Automatic"/> for the fastest usable one.</param>
    /// <param name="ipsecMb">This machine's ipsec-mb library, usable or not.</param>
    /// <returns>
    /// The engines; null if ipsec-mb was requested but cannot be used, for the reason in <see cref="IpsecMbLibrary.Reason"/>.
    /// </returns>
    public static AeadEngines? Choose(EngineCode engine, IpsecMbLibrary ipsecMb) => (engine, ipsecMb.Functions) switch
    {
        (EngineCode.OpenSsl, _) => OpenSsl,
        (_, { } functions) => new AeadEngines(functions, ipsecMb.Reason),
        (EngineCode.Automatic, null) => new AeadEngines(null, ipsecMb.Reason),
        _ => null,
    };

    /// <summary>Returns the name of a suite's engine, for messages.</summary>
    public string Name(SuiteCode suite) => suite switch
    {
        SuiteCode.None => "none",
        SuiteCode.Aegis128L or SuiteCode.Aegis256 => LibsodiumName,
        _ when HasChoice(suite) && _ipsecMb is not null => _ipsecMb.Name,
        _ => OpenSslName,
    };

    /// <summary>Returns why a suite does not run on a faster engine; null if it does, or if there is none.</summary>
    public string? Reason(SuiteCode suite) => HasChoice(suite) ? _reason : null;

    /// <summary>Returns the name and the reason on one line, for logs.</summary>
    public string Describe(SuiteCode suite) => Reason(suite) is { } reason ? $"{Name(suite)}, because {reason}" : Name(suite);

    /// <summary>Creates an engine for a suite. The caller owns it.</summary>
    /// <param name="suite">A suite that is usable on this machine according to <see cref="LocalSuites"/>.</param>
    public AeadEngine Create(SuiteCode suite) => suite switch
    {
        SuiteCode.Aes256Gcm => _ipsecMb is null ? new AesGcmEngine() : new IpsecMbEngine(_ipsecMb),
        SuiteCode.ChaCha20Poly1305 => new ChaCha20Poly1305Engine(),
        SuiteCode.Aegis128L or SuiteCode.Aegis256 => new AegisEngine(Suite.Of(suite)),
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "Not a suite that seals."),
    };
}
