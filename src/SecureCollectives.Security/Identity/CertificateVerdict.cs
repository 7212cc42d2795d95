using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Identity;

/// <summary>The verdict on a certificate, with a human-readable explanation.</summary>
internal sealed class CertificateVerdict
{
    private CertificateVerdict(
        CertificateRefusal? refusal, WorkerId? worker, string explanation, DateTimeOffset notAfter = default,
        DateTimeOffset? validFrom = null)
    {
        ValidFrom = validFrom;
        Refusal = refusal;
        Worker = worker;
        Explanation = explanation;
        NotAfter = notAfter;
    }

    [MemberNotNullWhen(true, nameof(Worker))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Accepted => Refusal is null;

    public CertificateRefusal? Refusal { get; }

    /// <summary>The worker that the certificate names, if it could be read. Only a claim unless <see cref="Accepted"/>.</summary>
    public WorkerId? Worker { get; }

    /// <summary>A human-readable sentence. Text taken from the certificate is shortened and made printable.</summary>
    public string Explanation { get; }

    /// <summary>
    /// The earliest expiry of any certificate in the chain, including the leaf. Set only if <see cref="Accepted"/>.
    /// </summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>
    /// The time at which the whole chain becomes valid, if its only fault is <see cref="CertificateRefusal.NotYetValid"/>.
    /// </summary>
    public DateTimeOffset? ValidFrom { get; }

    public static CertificateVerdict Accept(WorkerId worker, DateTimeOffset notAfter) => new(
        null, worker, $"The certificate identifies rank {worker.Rank} of job '{worker.Job}' in trust domain '{worker.TrustDomain}'.",
            notAfter);

    public static CertificateVerdict Refuse(CertificateRefusal refusal, string explanation, WorkerId? worker = null)
        => new(refusal, worker, explanation);

    /// <summary>Refuses a certificate that will become valid later.</summary>
    public static CertificateVerdict Wait(DateTimeOffset validFrom, string explanation, WorkerId? worker) =>
        new(CertificateRefusal.NotYetValid, worker, explanation, validFrom: validFrom);

    public override string ToString() => Explanation;
}
