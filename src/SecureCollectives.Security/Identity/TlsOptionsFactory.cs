using System.Net.Security;
using System.Security.Authentication;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// The only place that creates TLS options, for both roles and every use: TLS 1.3 with 256-bit suites, certificates on both sides, no
/// resumption (which would keep an old certificate in use after a renewal), no renegotiation, and our own certificate rules.
/// </summary>
/// <remarks>
/// Options are for a single handshake. A failed handshake throws AuthenticationException, IOException, or, if .NET cannot decode the peer's
/// certificate, CryptographicException. Thread-safe.
/// </remarks>
/// <param name="newestIdentity">Called once per handshake, so that a renewed certificate takes effect without a restart.</param>
/// <param name="clock">Returns the time at which certificates must be valid.</param>
internal sealed class TlsOptionsFactory(Func<WorkerIdentity> newestIdentity, Func<DateTimeOffset> clock)
{
    /// <summary>Creates the options for one handshake.</summary>
    /// <param name="applicationProtocols">The protocols to offer in ALPN; may be empty.</param>
    /// <param name="expected">The only worker to accept; null to accept any worker in this trust domain.</param>
    /// <param name="onRefused">Called with the reason for a refusal before the handshake fails. Must not throw.</param>
    public SslServerAuthenticationOptions ForServer(
        IReadOnlyCollection<SslApplicationProtocol> applicationProtocols, WorkerId? expected, Action<CertificateVerdict> onRefused)
    {
        var own = newestIdentity();
        var judge = new PeerJudge(own, expected, clock, SslPolicyErrors.None, onRefused);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own.CertificateContext,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = judge.Validate,
            CertificateChainPolicy = TrustPolicy.Create(own.Roots, clock()),
            EnabledSslProtocols = SslProtocols.Tls13,
            CipherSuitesPolicy = TlsCipherSuites.CreatePolicy(),
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            ApplicationProtocols = [.. applicationProtocols],
        };
    }

    /// <inheritdoc cref="ForServer"/>
    public SslClientAuthenticationOptions ForClient(
        IReadOnlyCollection<SslApplicationProtocol> applicationProtocols, WorkerId? expected, Action<CertificateVerdict> onRefused)
    {
        var own = newestIdentity();
        // Workers are identified by rank, not by host name, so TLS neither sends nor checks a host name.
        var judge = new PeerJudge(own, expected, clock, SslPolicyErrors.RemoteCertificateNameMismatch, onRefused);
        return new SslClientAuthenticationOptions
        {
            TargetHost = string.Empty,
            ClientCertificateContext = own.CertificateContext,
            RemoteCertificateValidationCallback = judge.Validate,
            CertificateChainPolicy = TrustPolicy.Create(own.Roots, clock()),
            EnabledSslProtocols = SslProtocols.Tls13,
            CipherSuitesPolicy = TlsCipherSuites.CreatePolicy(),
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            ApplicationProtocols = [.. applicationProtocols],
        };
    }
}
