using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Identity;

/// <summary>Identities in the default form, which names the job and the rank.</summary>
internal sealed class DefaultIdentities : IdentityMap
{
    public override bool NamesJob => true;

    public override string Form => "of the form spiffe://<trust-domain>/job/<job>/rank/<n>";

    public override string? Fingerprint => null;

    public override bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker) =>
        WorkerId.TryParse(uri, out worker);

    public override WorkerId Create(string trustDomain, string job, int rank) => WorkerId.Create(trustDomain, job, rank);
}
