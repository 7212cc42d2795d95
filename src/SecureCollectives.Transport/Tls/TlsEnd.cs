using System.Security.Authentication;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>How a TLS lane ended, and why. The first cause is kept, because later ones follow from it.</summary>
/// <param name="stream">The stream below TLS.</param>
internal sealed class TlsEnd(LaneStream stream)
{
    /// <summary>What a receiver gets from now on; null while the lane has not ended.</summary>
    public LaneOutcome? Outcome { get; private set; }

    /// <summary>Why the lane failed; null if it has not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Returns whether an exception of SslStream means that the connection failed, rather than this code.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is IOException or AuthenticationException or CryptographicException or InvalidOperationException
            or ObjectDisposedException;

    /// <summary>Records why the peer's certificate was refused, which SslStream reports only in general terms.</summary>
    public void Tell(CertificateVerdict verdict) => Fault = verdict.Explanation;

    /// <summary>Records that the handshake failed.</summary>
    public LaneOutcome Refuse(string fault)
    {
        Fault ??= fault;
        Outcome = LaneOutcome.Broken;
        return LaneOutcome.Broken;
    }

    /// <summary>Records an exception of SslStream.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="outcome">What it means.</param>
    public LaneOutcome Break(Exception exception, LaneOutcome outcome)
    {
        Fault ??= stream.Excess ?? PrintableText.Of(exception.InnerException?.Message ?? exception.Message);
        Outcome ??= outcome;
        return outcome;
    }

    /// <summary>
    /// Records that TLS has no more bytes: either it received close_notify, or the connection below ended without one and so was cut.
    /// </summary>
    public LaneOutcome Finish()
    {
        var outcome = stream.End is null ? LaneOutcome.Ended : LaneOutcome.Broken;
        Outcome = outcome;
        Fault ??= outcome == LaneOutcome.Broken ? stream.Excess ?? "the connection was cut without a TLS close_notify" : null;
        return outcome;
    }
}
