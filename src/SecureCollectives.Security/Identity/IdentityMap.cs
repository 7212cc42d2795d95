using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// A one-to-one map from a job's ranks to identities. All ranks use the same map. Immutable.
/// </summary>
internal abstract class IdentityMap
{
    /// <summary>The form <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>, in the trust domain of this worker's
    /// certificate.</summary>
    public static IdentityMap Default { get; } = new DefaultIdentities();

    /// <summary>Whether identities name the job. If not, the job is the one configured for this worker.</summary>
    public abstract bool NamesJob { get; }

    /// <summary>The form of an identity, as the end of a sentence: "of the form ...".</summary>
    public abstract string Form { get; }

    /// <summary>The SHA-256 of the map, equal for equal identities; null for the default form.</summary>
    public abstract string? Fingerprint { get; }

    /// <summary>The trust domain shared by all identities; null if the map is not limited to one.</summary>
    public virtual string? TrustDomain => null;

    /// <summary>Reads an identity. Accepts exactly those that <see cref="Create"/> returns.</summary>
    /// <param name="uri">The identity; untrusted.</param>
    /// <param name="worker">The worker with this identity.</param>
    public abstract bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker);

    /// <summary>Returns the worker with a given rank.</summary>
    /// <exception cref="ArgumentException">An argument is not valid, or the map has no such worker.</exception>
    public abstract WorkerId Create(string trustDomain, string job, int rank);

    /// <summary>Returns the fingerprint of a map given as lines.</summary>
    protected static string FingerprintOf(IEnumerable<string> lines) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
}
