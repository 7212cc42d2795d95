using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks which ciphers are usable on this machine, and which engine computes AES-256-GCM.</summary>
internal static class CipherCheck
{
    private const string Subject = "ciphers";
    private const string EngineSubject = "AES engine";

    /// <param name="options">The worker's settings; null if they are unusable.</param>
    public static IEnumerable<Finding> Examine(JobOptions? options)
    {
        var suites = LocalSuites.Installed;
        var usable = string.Join(", ", suites.Usable);
        yield return suites.Reason(SuiteCode.Aegis128L) is { } reason
            ? Finding.Warning(Subject, $"{usable}. AEGIS cannot be used: {reason}.", "A job uses AEGIS only if all its workers can.")
            : Finding.Good(Subject, $"{usable}.");
        var ipsecMb = IpsecMbLibrary.Installed;
        yield return (options?.Engine, ipsecMb.Functions) switch
        {
            (CipherEngine.IpsecMb, null) => Finding.Problem(EngineSubject,
                $"SECURE_COLLECTIVES_AEAD_ENGINE requests ipsec-mb, which cannot be used: {ipsecMb.Reason}.",
                "Install libipsec-mb, or set SECURE_COLLECTIVES_AEAD_ENGINE=openssl."),
            (CipherEngine.OpenSsl, _) or (_, null) => Finding.Good(EngineSubject, "OpenSSL, for communicators that use AES-256-GCM."),
            _ => Finding.Good(EngineSubject, "ipsec-mb, for communicators that use AES-256-GCM."),
        };
    }
}
