using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Maps the ranks of a job to identities, one to one. All ranks use the same map. Immutable.
/// </summary>
internal abstract class IdentityMap
{
    /// <summary>The form <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>, in the trust domain of this worker's
    /// certificate.</summary>
    public static IdentityMap Default { get; } = new DefaultIdentities();

    /// <summary>Whether identities name the job. If not, the job is the one that this worker was configured with.</summary>
    public abstract bool NamesJob { get; }

    /// <summary>The form of an identity, as the end of a sentence: "of the form ...".</summary>
    public abstract string Form { get; }

    /// <summary>SHA-256 of the map, the same for the same identities; null for the default form.</summary>
    public abstract string? Fingerprint { get; }

    /// <summary>The trust domain of all identities; null if the map is not limited to one.</summary>
    public virtual string? TrustDomain => null;

    /// <summary>Reads an identity. Accepts exactly the identities that <see cref="Create"/> returns.</summary>
    /// <param name="uri">The identity, not trusted.</param>
    /// <param name="worker">The worker that has it.</param>
    public abstract bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker);

    /// <summary>Returns the worker with a rank.</summary>
    /// <exception cref="ArgumentException">An argument is not valid, or the map has no such worker.</exception>
    public abstract WorkerId Create(string trustDomain, string job, int rank);

    /// <summary>Returns the fingerprint of a map given as lines.</summary>
    protected static string FingerprintOf(IEnumerable<string> lines) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
}
