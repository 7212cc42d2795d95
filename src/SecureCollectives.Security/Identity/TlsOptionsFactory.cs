using System.Net.Security;
using System.Security.Authentication;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// The one place where TLS options are made, for both roles and every use: TLS 1.3 only, its suites of 256 bits, certificates on both
/// sides, no resumption (it would keep an old certificate alive after a change), no renegotiation, and our rules as the last word.
/// </summary>
/// <remarks>
/// Options serve one handshake. A handshake that fails throws AuthenticationException, IOException, or, where .NET cannot decode the
/// peer's certificate, CryptographicException. Thread-safe.
/// </remarks>
/// <param name="newestIdentity">Asked once per handshake, so that a renewed certificate is used without a restart.</param>
/// <param name="clock">The time certificates are judged at.</param>
internal sealed class TlsOptionsFactory(Func<WorkerIdentity> newestIdentity, Func<DateTimeOffset> clock)
{
    /// <param name="applicationProtocols">Offered in ALPN; may be empty.</param>
    /// <param name="expected">The only worker to accept; null accepts every worker of our trust domain.</param>
    /// <param name="onRefused">Told why a peer was refused, before the handshake fails. Must not throw.</param>
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
        // Workers are known by rank, not by host name, so the host name in TLS means nothing to us and is not even sent.
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
